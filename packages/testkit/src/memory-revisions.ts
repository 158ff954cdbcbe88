import { createHash } from 'node:crypto';
import type { Advisory, Enrichment } from '@assay/core/advisory.ts';
import { recordsOfAdvisory } from '@assay/core/osv-records.ts';
import { publishRevision, type Revision, type RevisionDatabase, type RevisionSource } from '@assay/server/revisions/revisions.ts';
import type pg from 'pg';
import { memoryLookup } from './memory-lookup.ts';

interface MemoryDatabase extends RevisionDatabase {
  readonly records: ReadonlyMap<string, string>;
  readonly documents: ReadonlyMap<string, string>;
  readonly enrichments: ReadonlyMap<string, string>;
}

/** Advisory revisions in memory, published to a real PostgreSQL: what the evaluation sees of the real files, without them. */
export interface MemoryRevisions extends RevisionSource {
  /** Makes these advisories current; returns the revision id. */
  publish(pool: pg.Pool, advisories: readonly Advisory[], enrichments?: readonly Enrichment[]): Promise<number>;
  /** The file of a revision is lost. */
  forget(id: number): void;
  /** Called at each {@link RevisionSource.open}, to act at that moment. */
  onOpen: (revision: Revision) => Promise<void>;
}

export function memoryRevisions(): MemoryRevisions {
  const stored = new Map<string, MemoryDatabase>();
  const forgotten = new Set<number>();
  const self: MemoryRevisions = {
    onOpen: async () => {},
    async open(revision) {
      await self.onOpen(revision);
      return forgotten.has(revision.id) ? undefined : stored.get(revision.place);
    },
    async publish(pool, advisories, enrichments = []) {
      const digest = hash(advisories);
      const place = `memory:${digest}${hash(enrichments)}`;
      stored.set(place, databaseOf(advisories, enrichments));
      const { id } = await publishRevision(pool, {
        digest,
        enrichment: hash(enrichments),
        place,
        matcher: 1,
        builtAt: new Date(0),
        counts: {},
      });
      return id;
    },
    forget: (id) => forgotten.add(id),
  };
  return self;
}

function databaseOf(advisories: readonly Advisory[], enrichments: readonly Enrichment[]): MemoryDatabase {
  const records = new Map<string, string>();
  for (const record of advisories.flatMap(recordsOfAdvisory)) {
    const key = `${record.namespace}\0${record.name}`;
    records.set(key, (records.get(key) ?? '') + JSON.stringify(record));
  }
  return {
    ...memoryLookup(advisories, enrichments),
    records,
    documents: new Map(advisories.map((one) => [one.id, JSON.stringify(one)])),
    enrichments: new Map(enrichments.map((one) => [one.id, JSON.stringify(one)])),
    about: (id, most) => advisories.filter((one) => [one.id, ...(one.aliases ?? []), ...(one.upstream ?? [])].includes(id)).slice(0, most),
    changedKeys(other) {
      return differing(this.records, (other as MemoryDatabase).records).map((key) => {
        const [namespace = '', name = ''] = key.split('\0');
        return { namespace, name };
      });
    },
    changedDocuments(other) {
      return differing(this.documents, (other as MemoryDatabase).documents);
    },
    changedEnrichments(other) {
      return differing(this.enrichments, (other as MemoryDatabase).enrichments);
    },
  };
}

function differing(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)).sort();
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
