import { ageInDays } from '@assay/advisories/database/info.ts';
import type { AdvisoryDatabase } from '@assay/advisories/database/open.ts';
import type { Gap } from '@assay/core/gap.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import type { Match } from '@assay/core/match.ts';
import type { InventoryPackage } from '@assay/core/package.ts';
import type { DatabaseState, ScanFinding, ScanPackage, ScanResult, ScanSummary } from '@assay/core/scan-result.ts';
import { severityOfMatch } from '@assay/core/score.ts';
import { SEVERITIES, SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import { type InventoryResult, matchInventory } from '@assay/match/match.ts';
import type { OpenAdvisories } from './open-advisories.ts';
import { staleness } from './staleness.ts';
import { unanswered } from './unanswered.ts';
import { ASSAY_VERSION } from './version.ts';

export interface ResultOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Leave out findings without a fixed version. */
  readonly onlyFixed?: boolean;
  /** Whether somebody has decided to leave a finding out; such are counted. */
  readonly ignored?: (finding: ScanFinding) => boolean;
}

/** Matches an inventory and writes the result document. */
export function resultOf(
  inventory: Inventory,
  { database, origin }: OpenAdvisories,
  { now, onlyFixed, ignored }: ResultOptions,
): ScanResult {
  const matched = matchInventory(inventory, database);
  const all = matched.packages.flatMap(({ package: item, matches }) => matches.map((match) => findingOf(item, match, database)));
  const wanted = all.filter((finding) => onlyFixed !== true || finding.fixedIn !== null);
  const findings = wanted.filter((finding) => ignored?.(finding) !== true).sort(bySeverity);
  const state = stateOf(database, origin, now);
  const matching = matched.gaps.filter((gap) => gap.code !== 'no-advisories-for-namespace');
  const gaps = [...inventory.gaps, ...unanswered(inventory, database), ...matching, ...staleness(inventory, database.info, now)];
  return {
    schemaVersion: 1,
    tool: { name: 'assay', version: ASSAY_VERSION },
    createdAt: new Date(now).toISOString(),
    subject: inventory.subject,
    distro: inventory.distro,
    database: state,
    summary: summaryOf({ inventory, matched, findings, gaps, ignored: wanted.length - findings.length }),
    findings,
    packages: inventory.packages.map(packageOf),
    gaps,
  };
}

/** A package as documents show it. */
export function packageOf({ identity, evidence, licenses }: InventoryPackage): ScanPackage {
  const { purl, name, version, type, namespace, sourceName, sourceVersion, arch } = identity;
  return {
    purl,
    name,
    version,
    type,
    namespace,
    ...(sourceName === undefined ? {} : { sourceName }),
    ...(sourceVersion === undefined ? {} : { sourceVersion }),
    ...(arch === undefined ? {} : { arch }),
    licenses: licenses ?? [],
    paths: [...new Set(evidence.map((seen) => seen.path).filter((path) => path !== ''))],
    layer: evidence.find((seen) => seen.layer !== undefined)?.layer ?? null,
  };
}

function findingOf(item: InventoryPackage, match: Match, database: AdvisoryDatabase): ScanFinding {
  const enrichment = database.enrichment(match.vulnerabilityId);
  const document = database.document(match.advisory);
  const chosen = severityOfMatch(match, enrichment);
  const { purl, name, version, type, namespace, paths, layer } = packageOf(item);
  return {
    vulnerabilityId: match.vulnerabilityId,
    aliases: match.aliases,
    severity: chosen.severity,
    severityReason: chosen.reason,
    score: chosen.score,
    cvss: match.cvss ?? [],
    title: enrichment?.cve?.title ?? document?.summary ?? null,
    url: document?.assay?.url ?? document?.references?.find((reference) => reference.type === 'ADVISORY')?.url ?? null,
    status: match.status,
    fixedIn: match.fixedIn,
    malicious: match.malicious ?? false,
    epss: enrichment?.epss?.score ?? null,
    kev: enrichment?.kev !== undefined,
    package: { purl, name, version, type, namespace, paths, layer },
    reason: match.reason,
  };
}

/** Most severe, then known to be exploited, then likely to be, then by id and package: a total order. */
function bySeverity(a: ScanFinding, b: ScanFinding): number {
  return (
    SEVERITY_CODES[b.severity] - SEVERITY_CODES[a.severity] ||
    Number(b.kev) - Number(a.kev) ||
    (b.score ?? -1) - (a.score ?? -1) ||
    (b.epss ?? -1) - (a.epss ?? -1) ||
    byText(a.vulnerabilityId, b.vulnerabilityId) ||
    byText(a.package.purl, b.package.purl) ||
    byText(a.package.paths.join('\0'), b.package.paths.join('\0'))
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function stateOf(database: AdvisoryDatabase, origin: DatabaseState['origin'], now: number): DatabaseState {
  const { enrichmentInfo } = database;
  return {
    revision: database.revision,
    builtAt: database.info.builtAt,
    ageDays: ageInDays(database.info, now),
    origin,
    enrichments: enrichmentInfo === null ? null : { revision: enrichmentInfo.revision, builtAt: enrichmentInfo.builtAt },
  };
}

interface Parts {
  readonly inventory: Inventory;
  readonly matched: InventoryResult;
  readonly findings: readonly ScanFinding[];
  readonly gaps: readonly Gap[];
  readonly ignored: number;
}

function summaryOf({ inventory, matched, findings, gaps, ignored }: Parts): ScanSummary {
  const bySeverity = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const finding of findings) bySeverity[finding.severity] += 1;
  const withheld: Record<string, number> = ignored === 0 ? {} : { ignored };
  for (const { why } of matched.packages.flatMap((result) => result.withheld)) withheld[why] = (withheld[why] ?? 0) + 1;
  return {
    packages: inventory.packages.length,
    findings: findings.length,
    fixable: findings.filter((finding) => finding.fixedIn !== null).length,
    gaps: gaps.length,
    bySeverity,
    withheld,
  };
}
