import { invalidField } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { openRevision, requireCurrent } from '../../../../revisions/revisions.ts';
import { findVulnerability, type KnownVulnerability } from '../../../../vulnerabilities/search.ts';
import type { ServerContext } from '../../../context.ts';
import { cisaData, dated, exploitObserved } from '../../shapes/intelligence.ts';

type WireVulnerability = NonNullable<Out<'SearchVulnerabilities'>['vulnerabilities']>[number];

/** One CVE as the current advisories know it; an empty list when they do not. Needs no resource that has it. */
export async function searchVulnerabilities(
  input: In<'SearchVulnerabilities'>,
  context: ServerContext,
): Promise<Out<'SearchVulnerabilities'>> {
  // One vulnerability is one page: there is no token that we ever gave out.
  if (input.nextToken !== undefined) throw invalidField('nextToken', 'is not one of this list');
  const revision = await withAccounts(context.pool, [context.account], requireCurrent);
  const lookup = await openRevision(context.revisions, revision);
  const found = (input.filterCriteria?.vulnerabilityIds ?? []).map((id) => findVulnerability(id, lookup));
  return { vulnerabilities: found.flatMap((one) => (one === undefined ? [] : [toWire(one)])) };
}

const LIMIT = 100;

function toWire(one: KnownVulnerability): WireVulnerability {
  const { cvss, attacks } = one;
  return {
    id: one.id,
    source: 'NVD',
    description: one.description,
    cwes: [...one.cwes],
    ...cisaData(one.kev),
    ...(one.severity === 'UNTRIAGED' ? {} : { vendorSeverity: one.severity }),
    ...(cvss[2] === undefined ? {} : { cvss2: { baseScore: cvss[2].baseScore, scoringVector: cvss[2].vector } }),
    ...(cvss[3] === undefined ? {} : { cvss3: { baseScore: cvss[3].baseScore, scoringVector: cvss[3].vector } }),
    ...(cvss[4] === undefined ? {} : { cvss4: { baseScore: cvss[4].baseScore, scoringVector: cvss[4].vector } }),
    ...(one.epss === undefined ? {} : { epss: { score: one.epss } }),
    ...exploitObserved(attacks),
    ...(one.weaponised ? { atigData: { ...exploitObserved(attacks).exploitObserved, targets: [], ttps: [...attacks.ttps] } } : {}),
    relatedVulnerabilities: one.related.slice(0, LIMIT),
    referenceUrls: one.references.slice(0, LIMIT),
    ...(one.url === undefined ? {} : { sourceUrl: one.url }),
    ...dated('vendorCreatedAt', one.published),
    ...dated('vendorUpdatedAt', one.modified),
    detectionPlatforms: one.namespaces.map(platformOf).slice(0, LIMIT),
  };
}

/** `debian:12` → `DEBIAN_12`, in Inspector's manner of naming platforms. */
function platformOf(namespace: string): string {
  return namespace.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}
