import { AssayError } from '@assay/core/errors.ts';
import type { RegistryImage } from '@assay/core/registry.ts';
import type { RegistryClient } from '@assay/net/oci/registry-client.ts';
import { isDigest } from './digest.ts';
import type { OpenRegistry } from './open-source.ts';

/** Everything that one repository holds, as its registry listed it; complete. */
export interface Listing {
  readonly repository: string;
  /** Each digest once. */
  readonly images: readonly ListedImage[];
  /** What each tag means. */
  readonly tags: ReadonlyMap<string, string>;
  /** Tags that are there and whose image the registry could not name: they mean what they meant. */
  readonly unclear: readonly string[];
}

export interface ListedImage {
  readonly digest: string;
  readonly pushedAt: Date | null;
  readonly pulledAt: Date | null;
  readonly tagged: boolean;
  /** Kept, but nobody can pull it. */
  readonly archived: boolean;
}

const MOST_IMAGES = 200_000;
/** Of the tags that a log line names. */
const SHOWN = 10;
/** What a registry answers for a manifest that it lists and cannot read. */
export const OF_ONE_MANIFEST: ReadonlySet<string> = new Set(['registry', 'unsupported-manifest']);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * Reads the whole list of a repository; nothing of it is believed before its end. Tags that the registry only names are asked for what they
 * mean, without reading a manifest. @throws the source's AssayErrors, `too-large`
 */
export async function readListing(open: OpenRegistry, repository: string): Promise<Listing> {
  const client = open.client(repository);
  const images = new Map<string, ListedImage>();
  const tags = new Map<string, string>();
  const unclear: string[] = [];
  for await (const image of open.source.images(open.row.config, repository, open.ctx)) {
    const named = image.tags.filter((tag) => TAG.test(tag));
    const digest = image.digest ?? (await meaningOf(client, named, unclear));
    // A tag that went away while we looked, or an answer that is no digest: the next crawl sees more.
    if (digest === undefined || !isDigest(digest)) continue;
    for (const tag of named) tags.set(tag, digest);
    images.set(digest, merged(images.get(digest), { ...image, tags: named }, digest));
    if (images.size > MOST_IMAGES || tags.size > MOST_IMAGES) {
      throw new AssayError(
        'too-large',
        `${open.row.host}/${repository} holds more than ${MOST_IMAGES} images; leave it out, or delete old images.`,
      );
    }
  }
  if (unclear.length > 0) {
    open.ctx.log.warn('a registry could not say what tags mean; they keep what they meant', {
      ...{ registry: open.row.host, repository, tags: unclear.slice(0, SHOWN), count: unclear.length },
    });
  }
  return { repository, images: [...images.values()], tags, unclear };
}

/** One damaged manifest hides none of the others. */
async function meaningOf(client: RegistryClient, named: readonly string[], unclear: string[]): Promise<string | undefined> {
  const [tag] = named;
  if (tag === undefined) return undefined;
  try {
    return await client.digestOf(tag);
  } catch (error) {
    if (!(error instanceof AssayError) || !OF_ONE_MANIFEST.has(error.code)) throw error;
    unclear.push(...named);
    return undefined;
  }
}

function merged(before: ListedImage | undefined, image: RegistryImage, digest: string): ListedImage {
  return {
    digest,
    pushedAt: latest(before?.pushedAt, image.pushedAt),
    pulledAt: latest(before?.pulledAt, image.pulledAt),
    tagged: before?.tagged === true || image.tags.length > 0,
    archived: image.archived === true,
  };
}

function latest(before: Date | null | undefined, now: number | undefined): Date | null {
  if (now === undefined || !Number.isFinite(now) || Math.abs(now) > 8e15) return before ?? null;
  return new Date(Math.max(before?.getTime() ?? Number.NEGATIVE_INFINITY, now));
}
