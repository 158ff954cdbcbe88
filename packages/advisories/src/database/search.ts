import type { Advisory } from '@assay/core/advisory.ts';
import type { AdvisoryDatabase } from './open.ts';

export interface SearchHit {
  readonly id: string;
  readonly feed: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly modified: string;
  /** `namespace name` of what it affects, at most 20. */
  readonly packages: readonly string[];
  /** What matched. */
  readonly by: 'id' | 'alias' | 'bundle' | 'package' | 'text';
}

/**
 * Finds advisories by id or alias (any case), else by exact package name in any namespace, else by words of the summary or id.
 * The last reads every document; `limit` bounds the answer.
 */
export function searchDatabase(database: AdvisoryDatabase, query: string, limit = 50): SearchHit[] {
  const exact = byIdentifier(database, query.trim());
  if (exact.length > 0) return exact.slice(0, limit);
  const named = byPackageName(database, query.trim());
  if (named.length > 0) return named.slice(0, limit);
  return byText(database, query.trim().toLowerCase(), limit);
}

function byIdentifier(database: AdvisoryDatabase, query: string): SearchHit[] {
  for (const id of new Set([query, query.toUpperCase()])) {
    const hits: SearchHit[] = [];
    const own = database.document(id);
    if (own !== undefined && own.id === id) hits.push(hit(own, 'id'));
    for (const { advisory, kind } of database.names(id)) {
      const document = advisory === id ? undefined : database.document(advisory);
      if (document !== undefined) hits.push(hit(document, kind === 'alias' ? 'alias' : 'bundle'));
    }
    if (hits.length > 0) return hits;
  }
  return [];
}

function byPackageName(database: AdvisoryDatabase, name: string): SearchHit[] {
  const ids = new Set<string>();
  for (const namespace of Object.keys(database.info.namespaces)) {
    for (const record of database.byPackage(namespace, name)) ids.add(record.advisory);
  }
  return [...ids].sort().flatMap((id) => {
    const document = database.document(id);
    return document === undefined ? [] : [hit(document, 'package')];
  });
}

function byText(database: AdvisoryDatabase, words: string, limit: number): SearchHit[] {
  const hits: SearchHit[] = [];
  if (words === '') return hits;
  for (const document of database.documents()) {
    if (hits.length >= limit) break;
    if (document.id.toLowerCase().includes(words) || document.summary?.toLowerCase().includes(words)) hits.push(hit(document, 'text'));
  }
  return hits;
}

function hit(advisory: Advisory, by: SearchHit['by']): SearchHit {
  return {
    id: advisory.id,
    feed: advisory.assay?.feed ?? 'osv',
    aliases: advisory.aliases ?? [],
    summary: advisory.summary ?? advisory.details?.split('\n')[0]?.slice(0, 200) ?? '',
    modified: advisory.modified,
    packages: [...new Set(advisory.affected.map((entry) => `${entry.package.ecosystem} ${entry.package.name}`))].slice(0, 20),
    by,
  };
}
