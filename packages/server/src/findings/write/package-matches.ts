import type { AdvisoryLookup } from '@assay/core/advisory.ts';
import { MATCH_RULE_CODES, type Match } from '@assay/core/match.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { basisOf, isWeaponised } from '@assay/core/score.ts';
import { matchPackage, type PackageResult } from '@assay/match/match.ts';
import type { Queryable } from '../../jobs/queue.ts';
import { issueIds, readIssues } from './issues.ts';
import { basisIds, basisKey } from './score-bases.ts';

/** One issue of one dictionary package, as `finding_package` stores it. */
export interface PackageMatch {
  readonly package: number;
  readonly issue: number;
  readonly fixed: string | null;
  readonly advisory: string;
  readonly reason: number;
  /** score_basis.id: with the resource's exposure it gives severity and score. */
  readonly basis: number;
  readonly weaponised: boolean;
}

export interface Matched {
  readonly rows: readonly PackageMatch[];
  /** Packages of which the advisories can say nothing (unknown namespace, unreadable version): their findings stay as they are. */
  readonly undecided: ReadonlySet<number>;
}

/** Matches dictionary packages with one revision and names the issues, outside any transaction. */
export async function matchPackages(
  db: Queryable,
  packages: Iterable<readonly [number, PackageIdentity]>,
  against: { readonly lookup: AdvisoryLookup; readonly revision: number },
): Promise<Matched> {
  const found: (readonly [number, Match])[] = [];
  const undecided = new Set<number>();
  for (const [id, identity] of packages) {
    const result = matchPackage(identity, against.lookup);
    if (isUndecided(result)) undecided.add(id);
    for (const match of result.matches) found.push([id, match]);
  }
  const issues = await issueIds(
    db,
    found.map(([, match]) => match),
    against,
  );
  return { rows: await rowsOf(db, found, { issueOf: (name) => issues.get(name), lookup: against.lookup }), undecided };
}

/** Nothing, or not everything, could be decided: what matched holds, but nothing of this package may close for want of a match. */
function isUndecided({ matches, gaps, undecided }: PackageResult): boolean {
  return undecided.length > 0 || (gaps.length > 0 && matches.length === 0);
}

/** Matches of issues without a row are left out. */
async function rowsOf(
  db: Queryable,
  found: readonly (readonly [number, Match])[],
  about: { readonly issueOf: (name: string) => number | undefined; readonly lookup: AdvisoryLookup },
): Promise<PackageMatch[]> {
  const known = found.flatMap(([id, match]) => {
    const issue = about.issueOf(match.vulnerabilityId);
    const enrichment = about.lookup.enrichment(match.vulnerabilityId);
    return issue === undefined ? [] : [{ id, match, issue, basis: basisOf(match, enrichment), weaponised: isWeaponised(enrichment) }];
  });
  const bases = await basisIds(
    db,
    known.map((one) => one.basis),
  );
  return known.map(({ id, match, issue, basis, weaponised }) => ({
    package: id,
    issue,
    fixed: match.fixedIn,
    advisory: match.advisory,
    reason: MATCH_RULE_CODES[match.reason.rule],
    basis: bases.get(basisKey(basis))!,
    weaponised,
  }));
}

/** Columns for `unnest($n::int[], $n+1::int[], text[], text[], smallint[], int[], boolean[])`. */
export function matchColumns(rows: readonly PackageMatch[]): unknown[] {
  return [
    rows.map((row) => row.package),
    rows.map((row) => row.issue),
    rows.map((row) => row.fixed),
    rows.map((row) => row.advisory),
    rows.map((row) => row.reason),
    rows.map((row) => row.basis),
    rows.map((row) => row.weaponised),
  ];
}

/** What a package was matched with before, in the form of {@link PackageMatch}; `undecided` where the older database could say nothing. */
export async function matchedBefore(
  db: Queryable,
  packages: readonly (readonly [number, PackageIdentity])[],
  lookup: AdvisoryLookup,
): Promise<Matched> {
  const undecided = new Set<number>();
  const found: (readonly [number, Match])[] = [];
  for (const [id, identity] of packages) {
    const result = matchPackage(identity, lookup);
    if (isUndecided(result)) undecided.add(id);
    for (const match of result.matches) found.push([id, match]);
  }
  // An issue without a row never had a finding.
  const known = await readIssues(db, [...new Set(found.map(([, match]) => match.vulnerabilityId))]);
  return { rows: await rowsOf(db, found, { issueOf: (name) => known.get(name)?.id, lookup }), undecided };
}
