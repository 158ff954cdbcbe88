import type { Advisory, AdvisoryLookup, AdvisoryRecord, Enrichment } from '@assay/core/advisory.ts';
import { recordsOfAdvisory } from '@assay/core/osv-records.ts';

/** An {@link AdvisoryLookup} over advisories in memory, for tests of what matches. Records keep the order of the advisories. */
export function memoryLookup(advisories: readonly Advisory[], enrichments: readonly Enrichment[] = []): AdvisoryLookup {
  const records = new Map<string, AdvisoryRecord[]>();
  const namespaces = new Set<string>();
  for (const record of advisories.flatMap(recordsOfAdvisory)) {
    namespaces.add(record.namespace);
    const key = `${record.namespace}\0${record.name}`;
    const list = records.get(key);
    if (list === undefined) records.set(key, [record]);
    else list.push(record);
  }
  const documents = new Map(advisories.flatMap((advisory) => [advisory.id, ...(advisory.aliases ?? [])].map((id) => [id, advisory])));
  const byCve = new Map(enrichments.map((enrichment) => [enrichment.id, enrichment]));
  return {
    revision: '0'.repeat(64),
    byPackage: (namespace, name) => records.get(`${namespace}\0${name}`) ?? [],
    hasNamespace: (namespace) => namespaces.has(namespace),
    document: (id) => documents.get(id),
    enrichment: (cve) => byCve.get(cve),
  };
}
