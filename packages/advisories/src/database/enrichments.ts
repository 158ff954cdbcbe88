import { dirname } from 'node:path';
import type { Enrichment } from '@assay/core/advisory.ts';
import type { Context } from '@assay/core/context.ts';
import { ContainerReader, parseStored } from './container-reader.ts';
import { ContainerWriter } from './container-writer.ts';
import { ExternalSort } from './external-sort.ts';
import type { EnrichmentInfo, SourceInfo } from './info.ts';
import { corrupt } from './layout.ts';
import { canonicalJson, contentDigest } from './record-codec.ts';
import { RevisionHash, requireRevision } from './revision.ts';
import type { Table } from './table-reader.ts';

export interface EnrichmentOptions {
  readonly file: string;
  readonly sources: readonly SourceInfo[];
  /** ISO 8601. */
  readonly builtAt: string;
}

/**
 * Compiles enrichments in any order. Entries of one CVE are joined: EPSS from one feed, KEV from another, the record from a third;
 * of two values for one part the later date counts, then the greater bytes, so that order never matters.
 */
export async function compileEnrichments(
  enrichments: AsyncIterable<Enrichment>,
  options: EnrichmentOptions,
  ctx: Context,
): Promise<{ readonly info: EnrichmentInfo; readonly bytes: number }> {
  const sort = new ExternalSort(dirname(options.file), 64 * 1024 * 1024);
  const writer = new EnrichmentWriter(options.file);
  try {
    for await (const enrichment of enrichments) {
      ctx.signal?.throwIfAborted();
      sort.add(Buffer.from(enrichment.id), Buffer.from(canonicalJson(enrichment)));
    }
    let held: Enrichment | null = null;
    for (const { value } of sort.sorted()) {
      const next = JSON.parse(value.toString('utf8')) as Enrichment;
      if (held !== null && held.id !== next.id) writer.add(held);
      held = held === null || held.id !== next.id ? next : joined(held, next);
    }
    if (held !== null) writer.add(held);
    return writer.finish(options);
  } finally {
    sort.close();
    writer.close();
  }
}

/** Writes entries in order of their id. */
export class EnrichmentWriter {
  readonly #container: ContainerWriter;
  readonly #entries: ReturnType<ContainerWriter['table']>;
  readonly #digests: ReturnType<ContainerWriter['table']>;
  readonly #revision = new RevisionHash('enrichments');
  #count = 0;

  constructor(file: string) {
    this.#container = new ContainerWriter(file);
    this.#entries = this.#container.table({ blockBytes: 16 * 1024, level: 6 });
    this.#digests = this.#container.table({ blockBytes: 4096, level: 3 });
    this.#revision.part('enrichments');
  }

  add(enrichment: Enrichment): void {
    const key = Buffer.from(enrichment.id);
    const json = Buffer.from(canonicalJson(enrichment));
    const digest = contentDigest('enrichment', json);
    this.#entries.add(key, json);
    this.#digests.add(key, digest);
    this.#revision.add(key, digest);
    this.#count += 1;
  }

  finish(
    options: Pick<EnrichmentOptions, 'sources' | 'builtAt'>,
    expected?: string,
  ): { readonly info: EnrichmentInfo; readonly bytes: number } {
    this.#container.finishTable('entries', this.#entries);
    this.#container.finishTable('digests', this.#digests);
    const sources = [...options.sources].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    const info: EnrichmentInfo = {
      kind: 'enrichments',
      revision: this.#revision.finish(),
      builtAt: options.builtAt,
      sources,
      entries: this.#count,
    };
    requireRevision(info.revision, expected);
    return { info, bytes: this.#container.finish({ ...info }) };
  }

  close(): void {
    this.#container.abandon();
  }
}

export class EnrichmentDatabase {
  readonly info: EnrichmentInfo;
  readonly digests: Table;
  readonly #container: ContainerReader;
  readonly #entries: Table;

  constructor(file: string) {
    this.#container = new ContainerReader(file);
    if (this.#container.header['kind'] !== 'enrichments') throw corrupt(file, 'it holds no enrichments');
    this.info = this.#container.header as unknown as EnrichmentInfo;
    this.#entries = this.#container.table('entries');
    this.digests = this.#container.table('digests');
  }

  get(cve: string): Enrichment | undefined {
    const value = this.#entries.get(Buffer.from(cve));
    return value === undefined ? undefined : (parseStored(this.#container.file, value) as Enrichment);
  }

  *all(): Generator<Enrichment> {
    for (const { value } of this.#entries.scan()) yield parseStored(this.#container.file, value) as Enrichment;
  }

  close(): void {
    this.#container.close();
  }
}

function joined(a: Enrichment, b: Enrichment): Enrichment {
  const epss = later(a.epss, b.epss, (part) => part.date);
  const kev = later(a.kev, b.kev, (part) => part.dateAdded);
  const cve = later(a.cve, b.cve, (part) => part.modified ?? '');
  const exploitDb = later(a.exploitDb, b.exploitDb, (part) => part.lastAt ?? '');
  const metasploit = later(a.metasploit, b.metasploit, () => '');
  return {
    id: a.id,
    ...(epss && { epss }),
    ...(kev && { kev }),
    ...(cve && { cve }),
    ...(exploitDb && { exploitDb }),
    ...(metasploit && { metasploit }),
  };
}

function later<T>(a: T | undefined, b: T | undefined, date: (part: T) => string): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (date(a) !== date(b)) return date(a) > date(b) ? a : b;
  return canonicalJson(a) > canonicalJson(b) ? a : b;
}
