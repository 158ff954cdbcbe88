import type { Advisory, Enrichment } from '@assay/core/advisory.ts';
import type { Context } from '@assay/core/context.ts';

/** What a feed speaks about. Each (subject, namespace) has exactly one authoritative feed. */
export type FeedSubject = 'vulnerability' | 'malware' | 'enrichment';

/** SPDX expression, or `NOASSERTION` where the publisher states none: such data is used but never shipped. */
export interface Terms {
  readonly licence: string;
  readonly redistributable: boolean;
}

/** How the bytes behind a URL are packed. `plain` and `gzip` are one file whose path is `path`. */
export type Packing = 'zip' | 'tar.gz' | 'gzip' | 'plain';

/** A production download. */
export interface UrlInput extends Terms {
  /** Unique in the feed; also the key of its URL in the configuration. */
  readonly name: string;
  readonly url: string;
  readonly packing: Packing;
  /** Path given to the one file of a `plain` or `gzip` download. */
  readonly path?: string;
  /** Leading folders to take off the paths inside an archive: 1 for a repository export, else 0. */
  readonly strip?: 0 | 1;
  /** Larger downloads are refused. Bytes as transferred. */
  readonly maxBytes: number;
}

/** A stored snapshot below the folder of `--from`: `NAME.tar.gz`, `NAME.zip` or the folder `NAME/`. Its top folder is taken off. */
export interface ArchiveInput extends Terms {
  readonly name: string;
}

export interface FeedFile {
  /** `name` of the input. */
  readonly input: string;
  /** Path in the archive, without its top folder. */
  readonly path: string;
  readonly bytes: Buffer;
}

/**
 * One publisher of advisories. Selecting files is data (`wants`), parsing is a pure function of their bytes;
 * the engine (`run.ts`) owns network, disk and limits.
 */
export interface Feed<Item extends Advisory | Enrichment = Advisory | Enrichment> {
  /** Equal to the folder name. */
  readonly id: string;
  /** Bump when the output for the same bytes changes. */
  readonly version: number;
  readonly title: string;
  readonly subject: FeedSubject;
  /** Namespaces this feed is the authority for; `debian:*` means every release of Debian. Empty for enrichments. */
  readonly namespaces: readonly string[];
  readonly urls: readonly UrlInput[];
  readonly archives: readonly ArchiveInput[];
  wants(path: string): boolean;
  /** Yields in input order; counts every record in `tally`. Throws only on a bug or on input that is not this feed at all. */
  parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncIterable<Item>;
}

/** What became of the records of a feed: `read` = `kept` + the sum of `dropped`. */
export interface FeedCounts {
  readonly read: number;
  readonly kept: number;
  /** Whole records left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Parts left out of records that were kept (an affected entry, a statement), by reason. */
  readonly trimmed: Readonly<Record<string, number>>;
  /** Advisories or enrichments produced; differs from `kept` where records are regrouped by vulnerability. */
  readonly emitted: number;
}

export class Tally {
  kept = 0;
  read = 0;
  emitted = 0;
  readonly #dropped = new Map<string, number>();
  readonly #trimmed = new Map<string, number>();

  keep(records = 1): void {
    this.read += records;
    this.kept += records;
  }
  drop(reason: string, records = 1): void {
    this.read += records;
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + records);
  }
  trim(reason: string, parts = 1): void {
    this.#trimmed.set(reason, (this.#trimmed.get(reason) ?? 0) + parts);
  }
  counts(): FeedCounts {
    const table = (map: Map<string, number>) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { read: this.read, kept: this.kept, emitted: this.emitted, dropped: table(this.#dropped), trimmed: table(this.#trimmed) };
  }
}

/** Why a record was left out; the words are shown to people and stay stable. */
export const DROP = {
  unreadable: 'not readable as this format',
  noId: 'no usable id',
  withdrawn: 'withdrawn by its publisher',
  informational: 'informational, not a vulnerability',
  malware: 'malware, which another feed answers for',
  foreign: 'package namespace that another feed answers for, or none',
  noVersions: 'names no version range',
  noVulnerability: 'names no vulnerability',
  noStatement: 'makes no statement about a package',
  duplicate: 'same record twice',
} as const;

export interface ConditionalRequest {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** The reader stops with an error beyond this. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}
export type ConditionalReply =
  | { readonly status: 'unchanged' }
  | { readonly status: 'ok'; readonly etag?: string; readonly lastModified?: string; readonly body: AsyncIterable<Uint8Array> };

/**
 * The network as the feed engine needs it. Throws `AssayError` on a refusal; a throw with `retryable` true is tried again.
 * `body` ends normally only when the announced length arrived.
 */
export type FetchConditional = (request: ConditionalRequest, ctx: Context) => Promise<ConditionalReply>;

/** Whether a feed's `namespaces` cover one namespace. */
export function coversNamespace(patterns: readonly string[], namespace: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith(':*') ? namespace.startsWith(pattern.slice(0, -1)) : pattern === namespace));
}
