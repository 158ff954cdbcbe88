import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Advisory, Enrichment } from '@assay/core/advisory.ts';
import { openPacked } from '../archive/open.ts';
import { type Feed, type FeedCounts, type FeedFile, Tally } from '../feed.ts';

/** Test helpers: run one feed over given texts or over a stored archive. */

export async function parseTexts<Item extends Advisory | Enrichment>(
  feed: Feed<Item>,
  texts: Readonly<Record<string, string>>,
): Promise<{ readonly items: readonly Item[]; readonly counts: FeedCounts }> {
  const files = Object.entries(texts).map(([path, text]) => ({ input: 'test', path, bytes: Buffer.from(text) }));
  for (const file of files) if (!feed.wants(file.path)) throw new Error(`${feed.id} does not want ${file.path}`);
  return collect(feed, from(files));
}

/** Real records of a stored `NAME.tar.gz` by their paths; null when it is not on this machine. */
export async function parseArchive<Item extends Advisory | Enrichment>(
  feed: Feed<Item>,
  file: string,
  paths?: readonly string[],
): Promise<{ readonly items: readonly Item[]; readonly counts: FeedCounts } | null> {
  if (!existsSync(file)) return null;
  const wants = paths === undefined ? feed.wants : (path: string) => paths.includes(path) && feed.wants(path);
  return collect(feed, named(basename(file, '.tar.gz'), openPacked({ file, packing: 'tar.gz', strip: 1 }, wants)));
}

async function collect<Item extends Advisory | Enrichment>(feed: Feed<Item>, files: AsyncIterable<FeedFile>) {
  const tally = new Tally();
  const items: Item[] = [];
  for await (const item of feed.parse(files, tally)) items.push(item);
  return { items, counts: tally.counts() };
}

async function* from<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
async function* named(input: string, files: AsyncIterable<{ path: string; bytes: Buffer }>): AsyncGenerator<FeedFile> {
  for await (const file of files) yield { input, ...file };
}
