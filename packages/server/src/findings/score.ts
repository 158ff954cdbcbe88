import { type Score, scoreOf } from '@assay/core/score.ts';
import type { FindingPackageView, FindingView } from './view.ts';

/** The package that gives a finding its score: the first of the worst. */
export function worstPackage(packages: readonly FindingPackageView[]): FindingPackageView | undefined {
  return packages.reduce<FindingPackageView | undefined>(
    (held, one) => (held === undefined || (one.score ?? -1) > (held.score ?? -1) ? one : held),
    undefined,
  );
}

/** How the score of a finding came about: that of its worst package. Undefined in rows that are older than the formula. */
export function scoreOfFinding(view: Pick<FindingView, 'packages' | 'issue' | 'resource'>): Score | undefined {
  const basis = worstPackage(view.packages)?.basis ?? undefined;
  return basis === undefined ? undefined : scoreOf(basis, { exposure: view.resource.exposure, weaponised: view.issue.weaponised });
}
