import type { AdvisoryLookup } from '@assay/core/advisory.ts';
import { MATCH_RULE_CODES, type Match } from '@assay/core/match.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { severityOfMatch } from '@assay/core/score.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import { matchPackage, type PackageResult } from '@assay/match/match.ts';
import type { Queryable } from '../../jobs/queue.ts';
import { issueIds, readIssues } from './issues.ts';

/** One issue of one dictionary package, as `finding_package` stores it. */
export interface PackageMatch {
  readonly package: number;
  readonly issue: number;
  readonly fixed: string | null;
  readonly advisory: string;
  readonly reason: number;
  readonly severity: number;
  readonly score: number;
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
  const rows = found.map(([id, match]) => rowOf(id, match, { issue: issues.get(match.vulnerabilityId)!, lookup: against.lookup }));
  return { rows, undecided };
}

/** Nothing, or not everything, could be decided: what matched holds, but nothing of this package may close for want of a match. */
function isUndecided({ matches, gaps, undecided }: PackageResult): boolean {
  return undecided.length > 0 || (gaps.length > 0 && matches.length === 0);
}

function rowOf(id: number, match: Match, about: { readonly issue: number; readonly lookup: AdvisoryLookup }): PackageMatch {
  const chosen = severityOfMatch(match, about.lookup.enrichment(match.vulnerabilityId));
  return {
    package: id,
    issue: about.issue,
    fixed: match.fixedIn,
    advisory: match.advisory,
    reason: MATCH_RULE_CODES[match.reason.rule],
    severity: SEVERITY_CODES[chosen.severity],
    score: chosen.score ?? -1,
  };
}

/** Columns for `unnest($n::int[], $n+1::int[], text[], text[], smallint[], smallint[], real[])`. */
export function matchColumns(rows: readonly PackageMatch[]): unknown[] {
  return [
    rows.map((row) => row.package),
    rows.map((row) => row.issue),
    rows.map((row) => row.fixed),
    rows.map((row) => row.advisory),
    rows.map((row) => row.reason),
    rows.map((row) => row.severity),
    rows.map((row) => row.score),
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
  const rows = found.flatMap(([id, match]) => {
    const issue = known.get(match.vulnerabilityId)?.id;
    return issue === undefined ? [] : [rowOf(id, match, { issue, lookup })];
  });
  return { rows, undecided };
}
