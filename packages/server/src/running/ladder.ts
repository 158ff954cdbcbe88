import { platformsFor } from '@assay/core/node-platform.ts';

/** `running_image.confidence`; never renumber. INDEX, CONFIG: several images are meant alike. TAG: nobody told a digest. */
export const CONFIDENCE = { UNRESOLVED: 0, EXACT: 1, INDEX: 2, CONFIG: 3, TAG: 4 } as const;
export type Confidence = keyof typeof CONFIDENCE;

export interface ImageName {
  readonly registry: string;
  readonly repository: string;
}

/** A resource that may be meant. */
export interface KnownImage extends ImageName {
  readonly account: number;
  readonly id: number;
  readonly digest: string;
  /** `linux/arm64/v8`; empty when unknown. */
  readonly platform: string;
}

export interface Observation {
  /** Digests under which the runtime knows it, the one of its image id first: of an index, a manifest or a configuration. */
  readonly forms: readonly string[];
  /** Of the node. */
  readonly platform: string;
  /** How the workload calls the image, then how the runtime does. */
  readonly names: readonly ImageName[];
  /** What its tag meant when it ran; asked where there is no other form. */
  readonly tagged: readonly string[];
}

/** What is known about digests, within the accounts that share what runs. */
export interface ImageGraph {
  images(digest: string): readonly KnownImage[];
  /** `whole`: the index itself was read, so that what it does not name does not exist. */
  children(index: string): { readonly whole: boolean; readonly entries: readonly { readonly digest: string; readonly platform: string }[] };
  /** Manifests whose configuration this is, or which share that of this manifest. */
  sameContent(digest: string): readonly string[];
}

export interface Resolution {
  readonly images: readonly KnownImage[];
  readonly confidence: Confidence;
}

/**
 * Which images an observation means: the manifest itself; else the index's child for the node; else manifests with that configuration;
 * else what the tag meant. Of several repositories that hold the same, the one that the workload names, else one with its path (a
 * mirror), else all.
 */
export function resolveImage(observation: Observation, graph: ImageGraph): Resolution {
  const found = climb(observation, observation.forms, graph);
  if (found.images.length > 0 || observation.forms.length > 0) return found;
  const tagged = climb(observation, observation.tagged, graph);
  return tagged.images.length === 0 ? tagged : { ...tagged, confidence: 'TAG' };
}

function climb(observation: Observation, forms: readonly string[], graph: ImageGraph): Resolution {
  const prefer = (digests: readonly string[]): readonly KnownImage[] =>
    preferred(
      digests.flatMap((digest) => graph.images(digest)),
      observation.names,
    );
  const [main, ...others] = forms;
  for (const exact of [main === undefined ? [] : [main], others]) {
    const images = prefer(exact);
    if (images.length > 0) return { images, confidence: 'EXACT' };
  }
  const chosen: string[] = [];
  for (const form of forms) {
    const { digests, certain } = childrenFor(observation.platform, graph.children(form));
    chosen.push(...digests);
    const images = prefer(digests);
    if (images.length > 0) return { images, confidence: certain ? 'EXACT' : 'INDEX' };
  }
  const images = prefer([...new Set([...forms, ...chosen].flatMap((digest) => graph.sameContent(digest)))]);
  const several = new Set(images.map((image) => image.digest)).size > 1;
  if (images.length > 0) return { images, confidence: several ? 'CONFIG' : 'EXACT' };
  return { images: [], confidence: 'UNRESOLVED' };
}

function childrenFor(
  platform: string,
  { whole, entries }: ReturnType<ImageGraph['children']>,
): { readonly digests: readonly string[]; readonly certain: boolean } {
  const fitting = [...new Set(platformsFor(platform, entries).map((one) => one.digest))];
  if (fitting.length === 1) return { digests: fitting, certain: true };
  if (fitting.length > 1) return { digests: fitting, certain: false };
  // Of an index that was not read the child for this node may be one that we do not know.
  const any = whole || platform === '';
  return { digests: any ? [...new Set(entries.map((one) => one.digest))] : [], certain: false };
}

function preferred(images: readonly KnownImage[], names: readonly ImageName[]): readonly KnownImage[] {
  for (const name of names) {
    const same = images.filter((image) => image.registry === name.registry && image.repository === name.repository);
    if (same.length > 0) return same;
  }
  for (const name of names) {
    const mirrored = images.filter((image) => samePath(image.repository, name.repository));
    if (mirrored.length > 0) return mirrored;
  }
  return images;
}

/** A mirror puts the path below one of its own, or leaves Docker Hub's `library` away. */
function samePath(a: string, b: string): boolean {
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
}
