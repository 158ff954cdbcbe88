import { AssayError } from '@assay/core/errors.ts';
import type { RegistryImage } from '@assay/core/registry.ts';
import { isDigest } from './digest.ts';
import type { OpenRegistry } from './open-source.ts';

/** Everything that one repository holds, as its registry listed it; complete. */
export interface Listing {
  readonly repository: string;
  /** Each digest once. */
  readonly images: readonly ListedImage[];
  /** What each tag means. */
  readonly tags: ReadonlyMap<string, string>;
}

export interface ListedImage {
  readonly digest: string;
  readonly pushedAt: Date | null;
  readonly pulledAt: Date | null;
  readonly tagged: boolean;
}

const MOST_IMAGES = 200_000;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * Reads the whole list of a repository; nothing of it is believed before its end. Tags that the registry only names are asked for what they
 * mean, without reading a manifest. @throws the source's AssayErrors, `too-large`
 */
export async function readListing(open: OpenRegistry, repository: string): Promise<Listing> {
  const client = open.client(repository);
  const images = new Map<string, ListedImage>();
  const tags = new Map<string, string>();
  for await (const image of open.source.images(open.row.config, repository, open.ctx)) {
    const named = image.tags.filter((tag) => TAG.test(tag));
    const digest = image.digest ?? (named[0] === undefined ? undefined : await client.digestOf(named[0]));
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
  return { repository, images: [...images.values()], tags };
}

function merged(before: ListedImage | undefined, image: RegistryImage, digest: string): ListedImage {
  return {
    digest,
    pushedAt: latest(before?.pushedAt, image.pushedAt),
    pulledAt: latest(before?.pulledAt, image.pulledAt),
    tagged: before?.tagged === true || image.tags.length > 0,
  };
}

function latest(before: Date | null | undefined, now: number | undefined): Date | null {
  if (now === undefined || !Number.isFinite(now) || Math.abs(now) > 8e15) return before ?? null;
  return new Date(Math.max(before?.getTime() ?? Number.NEGATIVE_INFINITY, now));
}
