import type { AdvisoryLookup, AdvisoryRecord, AdvisoryStatus } from '@assay/core/advisory.ts';
import type { Gap } from '@assay/core/gap.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import type { Match, MatchRule } from '@assay/core/match.ts';
import type { Evaluation } from '@assay/core/osv.ts';
import type { InventoryPackage, PackageIdentity } from '@assay/core/package.ts';
import { packageType } from '@assay/core/package-type.ts';
import { applicability } from './applies.ts';
import { judge, type Verdict } from './judge.ts';
import { aliasesFor, bestOf, mergeAliases } from './merge.ts';
import { type Search, searchOf } from './search.ts';
import { reasonToWithhold, type WithholdReason } from './withhold.ts';

/** What an advisory says about the package that is no finding. "No statement" is neither of these: it leaves no trace. */
export interface Statement {
  readonly vulnerabilityId: string;
  readonly advisory: string;
  readonly feed: string;
  readonly answer: 'not-affected' | 'under-investigation';
}
/** A match that is not reported, and why. */
export interface Withheld {
  readonly match: Match;
  readonly why: WithholdReason;
}
export interface PackageResult {
  readonly matches: readonly Match[];
  readonly withheld: readonly Withheld[];
  readonly statements: readonly Statement[];
  /** Vulnerabilities that could not be decided because a version cannot be read: what was found of them before must stay. */
  readonly undecided: readonly string[];
  /** With a gap and without `undecided` nothing of the package could be decided. */
  readonly gaps: readonly Gap[];
}

/**
 * Every vulnerability of one package, one match each. A pure function of the identity and the revision behind `lookup`: what else is
 * installed, where, and when it is asked decide nothing.
 */
export function matchPackage(identity: PackageIdentity, lookup: AdvisoryLookup): PackageResult {
  const search = searchOf(identity);
  if (!lookup.hasNamespace(search.namespace)) return { ...NOTHING, gaps: [noAdvisories(search.namespace)] };
  const records = lookup.byPackage(search.namespace, search.name);
  if (records.length === 0) return NOTHING;
  if (packageType(identity.type).unversioned?.test(search.version)) {
    return {
      ...NOTHING,
      gaps: [unparsable(identity, `the version ${JSON.stringify(search.version)} of ${identity.name} says nothing about its code`)],
    };
  }
  const decided: Decided = { matches: [], statements: [], unreadable: new Map() };
  for (const [vulnerability, verdicts] of byVulnerability(records, identity, search.version)) {
    decide({ identity, search, vulnerability, verdicts }, decided);
  }
  const matches = mergeAliases(decided.matches, packageType(identity.type).scheme).sort(byId);
  const why = reasonToWithhold(identity, search);
  return {
    matches: why === undefined ? matches : [],
    withheld: why === undefined ? [] : matches.map((match) => ({ match, why })),
    statements: decided.statements,
    undecided: [...decided.unreadable.keys()].sort(),
    gaps: [...new Set(decided.unreadable.values())].map((version) =>
      unparsable(identity, `cannot compare ${identity.name} ${search.version}: ${JSON.stringify(version.slice(0, 100))} is no version`),
    ),
  };
}

export interface InventoryResult {
  /** Packages in the inventory's order, those without anything to say left out. */
  readonly packages: readonly (PackageResult & { readonly package: InventoryPackage })[];
  /** Gaps of matching, each once; those of the inventory itself are not repeated. */
  readonly gaps: readonly Gap[];
}

export function matchInventory(inventory: Pick<Inventory, 'packages'>, lookup: AdvisoryLookup): InventoryResult {
  const packages: (PackageResult & { package: InventoryPackage })[] = [];
  const gaps = new Map<string, Gap>();
  for (const item of inventory.packages) {
    const result = matchPackage(item.identity, lookup);
    for (const gap of result.gaps) gaps.set(`${gap.code} ${gap.message}`, gap);
    if (result.matches.length > 0 || result.withheld.length > 0 || result.statements.length > 0)
      packages.push({ package: item, ...result });
  }
  return { packages, gaps: [...gaps.values()] };
}

const NOTHING: PackageResult = { matches: [], withheld: [], statements: [], undecided: [], gaps: [] };

interface Decided {
  readonly matches: Match[];
  readonly statements: Statement[];
  /** Vulnerability → the text that is no version. */
  readonly unreadable: Map<string, string>;
}
interface Question {
  readonly identity: PackageIdentity;
  readonly search: Search;
  readonly vulnerability: string;
  readonly verdicts: readonly Verdict[];
}

function byVulnerability(records: readonly AdvisoryRecord[], identity: PackageIdentity, version: string): Map<string, Verdict[]> {
  const groups = new Map<string, Verdict[]>();
  const speaks = applicability(identity);
  for (const record of records) {
    if (!speaks(record)) continue;
    const verdict = judge(record, identity, version);
    for (const vulnerability of record.vulnerabilities) {
      const group = groups.get(vulnerability);
      if (group === undefined) groups.set(vulnerability, [verdict]);
      else group.push(verdict);
    }
  }
  return groups;
}

/** One vulnerability: a distribution's "not affected" ends it, a fix that is installed clears it, else the best match counts. */
function decide(question: Question, out: Decided): void {
  const { identity, search, vulnerability } = question;
  const { os, scheme } = packageType(identity.type);
  const verdicts = inOwnStream(question.verdicts, search.version);
  const negative = verdicts.find((verdict) => verdict.says === 'negative');
  if (negative !== undefined && (os || verdicts.length === 1)) {
    out.statements.push(statement(negative.record, vulnerability, 'not-affected'));
    return;
  }
  if (verdicts.some((verdict) => verdict.says === 'cleared')) return;
  const matches = verdicts.flatMap((verdict) =>
    verdict.says === 'affected' ? [matchOf(question, verdict.record, verdict.evaluation)] : [],
  );
  const best = bestOf(matches, scheme);
  if (best !== undefined) {
    out.matches.push(best);
    return;
  }
  for (const verdict of verdicts) if (verdict.says === 'unreadable') out.unreadable.set(vulnerability, verdict.version);
  const open = verdicts.find((verdict) => verdict.says === 'open');
  if (open !== undefined) out.statements.push(statement(open.record, vulnerability, 'under-investigation'));
}

/**
 * Statements for the release itself decide; those of a paid stream (Ubuntu Pro) only where the release has none: then the release
 * stays affected. A build of such a stream is judged by both. Other streams (real-time kernels and the like) are other products.
 */
function inOwnStream(verdicts: readonly Verdict[], version: string): readonly Verdict[] {
  if (verdicts.every(({ record }) => record.stream === undefined)) return verdicts;
  const base = verdicts.filter(({ record }) => record.stream === undefined);
  if (base.length > 0 && !isStreamBuild(version)) return base;
  return verdicts.filter(({ record }) => record.stream === undefined || /^(?:pro|esm)|fips/.test(record.stream));
}
function isStreamBuild(version: string): boolean {
  return /esm|fips/i.test(version);
}

function matchOf({ identity, search, vulnerability }: Question, record: AdvisoryRecord, evaluation: Evaluation): Match {
  // A machine that follows the stream has its builds installed; on any other the release has no fix.
  const elsewhere = record.stream !== undefined && !isStreamBuild(search.version) ? ` (fixed only in ${record.stream})` : '';
  const fixedIn = elsewhere === '' ? evaluation.fixedIn : null;
  return {
    vulnerabilityId: vulnerability,
    advisory: record.advisory,
    feed: record.feed,
    aliases: aliasesFor(record, vulnerability),
    status: statusOf(record.status, fixedIn),
    fixedIn,
    ...(record.severity === undefined ? {} : { severity: record.severity }),
    ...(record.cvss === undefined ? {} : { cvss: record.cvss }),
    ...(record.malicious ? { malicious: true } : {}),
    reason: {
      searchedBy: { namespace: search.namespace, name: search.name, version: search.version, via: search.via },
      found: { advisory: record.advisory, feed: record.feed, range: `${evaluation.range || 'all versions'}${elsewhere}` },
      rule: ruleOf(evaluation, packageType(identity.type).os && fixedIn === null),
    },
  };
}

function statusOf(stated: AdvisoryStatus, fixedIn: string | null): AdvisoryStatus {
  if (fixedIn !== null) return 'fixed';
  return stated === 'fixed' ? 'affected' : stated;
}
function ruleOf({ rule }: Evaluation, unfixed: boolean): MatchRule {
  if (rule === 'version-in-range' || rule === 'version-listed') return rule;
  return unfixed ? 'no-fix-available' : 'all-versions';
}

function statement(record: AdvisoryRecord, vulnerabilityId: string, answer: Statement['answer']): Statement {
  return { vulnerabilityId, advisory: record.advisory, feed: record.feed, answer };
}
function unparsable(identity: PackageIdentity, message: string): Gap {
  return { code: 'unparsable-version', message: `${message} (${identity.namespace}).` };
}
function noAdvisories(namespace: string): Gap {
  return { code: 'no-advisories-for-namespace', message: `No advisories are known for ${namespace}: its packages were not checked.` };
}
function byId(a: Match, b: Match): number {
  return a.vulnerabilityId < b.vulnerabilityId ? -1 : a.vulnerabilityId > b.vulnerabilityId ? 1 : 0;
}
