import { dirname } from 'node:path';
import type { Advisory } from '@assay/core/advisory.ts';
import { MATCHER_VERSIONS, packageTypeOfNamespace } from '@assay/core/matcher-version.ts';
import { BloomBuilder, pageKey } from './bloom.ts';
import { ContainerWriter } from './container-writer.ts';
import { ExternalSort } from './external-sort.ts';
import type { AdvisoryInfo, SourceInfo } from './info.ts';
import { contentDigest, splitKey } from './record-codec.ts';
import { RevisionHash, requireRevision } from './revision.ts';
import type { TableWriter } from './table-writer.ts';

const MATCH_BLOCK = { blockBytes: 4096, level: 3 };
const DOCUMENT_BLOCK = { blockBytes: 16 * 1024, level: 6 };
const SMALL_BLOCK = { blockBytes: 4096, level: 3 };

export interface BuildOptions {
  readonly sources: readonly SourceInfo[];
  /** ISO 8601. */
  readonly builtAt: string;
}

export interface BuildResult {
  readonly info: AdvisoryInfo;
  readonly bytes: number;
}

/**
 * The one way in which an advisory database comes to be, for full builds, imports and deltas:
 * documents in key order, then records in key order; the rest follows from these.
 */
export class DatabaseWriter {
  readonly #matcherVersions: Readonly<Record<string, number>>;
  readonly #container: ContainerWriter;
  readonly #aliases: ExternalSort;
  readonly #filter = new BloomBuilder();
  readonly #documents: TableWriter;
  readonly #documentDigests: TableWriter;
  readonly #match: TableWriter;
  readonly #matchDigests: TableWriter;
  readonly #revision = new RevisionHash('advisories');
  readonly #namespaces = new Map<string, number>();
  #documentCount = 0;
  #recordCount = 0;

  /** Temporary files lie beside `file`. An import keeps the matcher versions of the database that was exported. */
  constructor(file: string, matcherVersions: Readonly<Record<string, number>> = MATCHER_VERSIONS) {
    this.#matcherVersions = matcherVersions;
    this.#container = new ContainerWriter(file);
    this.#aliases = new ExternalSort(dirname(file), 64 * 1024 * 1024);
    this.#documents = this.#container.table(DOCUMENT_BLOCK);
    this.#documentDigests = this.#container.table(SMALL_BLOCK);
    this.#match = this.#container.table(MATCH_BLOCK);
    this.#matchDigests = this.#container.table(SMALL_BLOCK);
    this.#revision.part('documents');
  }

  /** `key` is `id NUL feed`, `json` the canonical document. */
  addDocument(key: Buffer, json: Buffer, advisory: Advisory): void {
    const digest = contentDigest('document', json);
    this.#documents.add(key, json);
    this.#documentDigests.add(key, digest);
    this.#revision.add(key, digest);
    this.#documentCount += 1;
    for (const alias of advisory.aliases ?? []) this.#alias(alias, advisory.id, 'alias');
    for (const upstream of advisory.upstream ?? []) this.#alias(upstream, advisory.id, 'upstream');
  }

  /** `value` is a JSON array of `count` stored records, sorted. */
  addRecords(key: Buffer, value: Buffer, count: number): void {
    if (this.#recordCount === 0) this.#revision.part('records');
    const [namespace] = splitKey(key);
    const digest = contentDigest(`records ${this.#matcherVersions[packageTypeOfNamespace(namespace)] ?? 0}`, value);
    this.#match.add(key, value);
    this.#matchDigests.add(key, digest);
    this.#revision.add(key, digest);
    this.#filter.add(key);
    this.#recordCount += count;
    this.#namespaces.set(namespace, (this.#namespaces.get(namespace) ?? 0) + 1);
  }

  /** `expected` is the revision that an import announced: a different one is an AssayError, and nothing is installed. */
  finish(options: BuildOptions, expected?: string): BuildResult {
    this.#container.finishTable('documents', this.#documents);
    this.#container.finishTable('document-digests', this.#documentDigests);
    this.#container.finishTable('records', this.#match);
    this.#container.finishTable('record-digests', this.#matchDigests);
    this.#writeAliases();
    const lines = this.#writeFilter();
    const info: AdvisoryInfo = {
      kind: 'advisories',
      revision: this.#revision.finish(),
      builtAt: options.builtAt,
      sources: [...options.sources].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
      matcherVersions: this.#matcherVersions,
      documents: this.#documentCount,
      records: this.#recordCount,
      namespaces: Object.fromEntries([...this.#namespaces].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
    requireRevision(info.revision, expected);
    const bytes = this.#container.finish({ ...info, filterLines: lines });
    return { info, bytes };
  }

  /** Removes what is unfinished. Call it in every case. */
  close(): void {
    this.#aliases.close();
    this.#container.abandon();
  }

  #alias(alias: string, id: string, kind: 'alias' | 'upstream'): void {
    if (alias === id || alias === '' || alias.length > 256) return;
    this.#aliases.add(Buffer.from(alias), Buffer.from(JSON.stringify([id, kind])));
  }

  #writeAliases(): void {
    const table = this.#container.table(SMALL_BLOCK);
    for (const { key, values } of this.#aliases.grouped()) table.add(key, Buffer.from(`[${values.join(',')}]`));
    this.#container.finishTable('aliases', table);
  }

  #writeFilter(): number {
    const { lines, pages } = this.#filter.finish();
    const table = this.#container.table({ blockBytes: 4096, level: 1 });
    for (const [number, page] of pages.entries()) table.add(pageKey(number), page);
    this.#container.finishTable('filter', table);
    return lines;
  }
}
