import type { Advisory, AdvisoryLookup, AdvisoryRecord, Enrichment } from '@assay/core/advisory.ts';
import { mayHold, pageKey } from './bloom.ts';
import { ContainerReader, parseStored } from './container-reader.ts';
import { type ChangedPackage, changedKeys } from './diff.ts';
import { EnrichmentDatabase } from './enrichments.ts';
import type { AdvisoryInfo, EnrichmentInfo } from './info.ts';
import { corrupt } from './layout.ts';
import { decodeRecord, packageKey, splitKey } from './record-codec.ts';
import type { Table } from './table-reader.ts';

/** An advisory database file, with its enrichments when there is a second file. Both are read on demand and never changed. */
export class AdvisoryDatabase implements AdvisoryLookup {
  readonly revision: string;
  readonly info: AdvisoryInfo;
  readonly enrichmentInfo: EnrichmentInfo | null;
  readonly #container: ContainerReader;
  readonly #enrichments: EnrichmentDatabase | null;
  readonly #records: Table;
  readonly #documents: Table;
  readonly #aliases: Table;
  readonly #filter: Table;
  readonly #filterLines: number;

  constructor(file: string, enrichmentFile?: string) {
    this.#container = new ContainerReader(file);
    const header = this.#container.header;
    if (header['kind'] !== 'advisories' || typeof header['revision'] !== 'string' || typeof header['namespaces'] !== 'object') {
      throw corrupt(file, 'it holds no advisories');
    }
    this.info = header as unknown as AdvisoryInfo;
    this.revision = this.info.revision;
    this.#records = this.#container.table('records');
    this.#documents = this.#container.table('documents');
    this.#aliases = this.#container.table('aliases');
    this.#filter = this.#container.table('filter');
    this.#filterLines = Number(header['filterLines']) || 0;
    this.#enrichments = enrichmentFile === undefined ? null : new EnrichmentDatabase(enrichmentFile);
    this.enrichmentInfo = this.#enrichments?.info ?? null;
  }

  byPackage(namespace: string, name: string): readonly AdvisoryRecord[] {
    const key = packageKey(namespace, name);
    if (!mayHold(key, this.#filterLines, (page) => this.#filter.get(pageKey(page)))) return [];
    const value = this.#records.get(key);
    if (value === undefined) return [];
    return (parseStored(this.#container.file, value) as unknown[]).map((stored) => decodeRecord(stored, namespace, name));
  }

  hasNamespace(namespace: string): boolean {
    return Object.hasOwn(this.info.namespaces, namespace);
  }

  document(id: string): Advisory | undefined {
    const own = this.#best(id);
    if (own !== undefined) return own;
    const same = this.names(id).flatMap(({ advisory, kind }) => (kind === 'alias' ? (this.#best(advisory) ?? []) : []));
    return same.sort(byUsefulness)[0];
  }

  /** Advisories that give `id` as an alias, or, being bundles, fix it. */
  names(id: string): { readonly advisory: string; readonly kind: 'alias' | 'upstream' }[] {
    const value = this.#aliases.get(Buffer.from(id));
    if (value === undefined) return [];
    const pairs = parseStored(this.#container.file, value) as [string, 'alias' | 'upstream'][];
    return pairs.map(([advisory, kind]) => ({ advisory, kind }));
  }

  /** Documents about a vulnerability, of every feed: under this id, with it as an alias, or as bundles that fix it. At most `most`. */
  about(id: string, most: number): Advisory[] {
    const ids = new Set([id, ...this.names(id).map((name) => name.advisory)]);
    const found: Advisory[] = [];
    for (const one of ids) {
      if (found.length >= most) break;
      found.push(...this.#all(one));
    }
    return found.slice(0, most);
  }

  enrichment(cve: string): Enrichment | undefined {
    return this.#enrichments?.get(cve);
  }

  /** Every document, in order of id and feed. */
  *documents(): Generator<Advisory> {
    for (const { value } of this.#documents.scan()) yield parseStored(this.#container.file, value) as Advisory;
  }

  *enrichments(): Generator<Enrichment> {
    if (this.#enrichments !== null) yield* this.#enrichments.all();
  }

  /** Every package key that has records, in key order. */
  *packages(): Generator<ChangedPackage> {
    for (const { key } of this.#table('record-digests').scan()) {
      const [namespace, name] = splitKey(key);
      yield { namespace, name };
    }
  }

  /** Package keys whose records differ from another revision's: new, changed and removed ones, in key order. */
  *changedKeys(other: AdvisoryDatabase): Generator<ChangedPackage> {
    for (const key of changedKeys(other.#table('record-digests'), this.#table('record-digests'))) {
      const [namespace, name] = splitKey(key);
      yield { namespace, name };
    }
  }

  /** Ids of advisories whose document differs from another revision's. */
  *changedDocuments(other: AdvisoryDatabase): Generator<string> {
    let last: string | null = null;
    for (const key of changedKeys(other.#table('document-digests'), this.#table('document-digests'))) {
      const [id] = splitKey(key);
      if (id !== last) yield id;
      last = id;
    }
  }

  /** CVE ids whose enrichment differs; all of them where one side has no enrichments. */
  *changedEnrichments(other: AdvisoryDatabase): Generator<string> {
    const none = { scan: () => [] };
    for (const key of changedKeys(other.#enrichments?.digests ?? none, this.#enrichments?.digests ?? none)) yield key.toString('utf8');
  }

  /** Raw keys that differ between `base` and this revision, for transport. */
  changedRaw(part: 'documents' | 'records', base: AdvisoryDatabase): Generator<Buffer> {
    const name = part === 'documents' ? 'document-digests' : 'record-digests';
    return changedKeys(base.#table(name), this.#table(name));
  }

  /** Tables by name, for transport. */
  table(name: 'records' | 'documents'): Table {
    return this.#table(name);
  }

  close(): void {
    this.#container.close();
    this.#enrichments?.close();
  }

  #table(name: string): Table {
    return this.#container.table(name);
  }

  #best(id: string): Advisory | undefined {
    return this.#all(id).sort(byUsefulness)[0];
  }

  #all(id: string): Advisory[] {
    const prefix = Buffer.from(`${id}\0`);
    const found: Advisory[] = [];
    for (const { key, value } of this.#documents.scan(prefix)) {
      if (!key.subarray(0, prefix.length).equals(prefix)) break;
      found.push(parseStored(this.#container.file, value) as Advisory);
    }
    return found;
  }
}

/** Opens a database file; {@link AdvisoryDatabase.close} it. AssayErrors: `database-unreadable`, `not-a-database`, `database-format`, `database-corrupt`. */
export function openDatabase(file: string, enrichmentFile?: string): AdvisoryDatabase {
  return new AdvisoryDatabase(file, enrichmentFile);
}

/** Texts help people: with a summary before without, not withdrawn before withdrawn, then by id. */
function byUsefulness(a: Advisory, b: Advisory): number {
  return usefulness(b) - usefulness(a) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function usefulness(advisory: Advisory): number {
  return (advisory.withdrawn === undefined ? 4 : 0) + (advisory.summary ? 2 : 0) + (advisory.details ? 1 : 0);
}
