import { type Score, scoreOf } from '@assay/core/score.ts';
import type { FindingView } from './view.ts';

/** How the score of a finding came about: that of its worst package. Undefined in rows that are older than the formula. */
export function scoreOfFinding(view: Pick<FindingView, 'packages' | 'issue' | 'resource'>): Score | undefined {
  const worst = view.packages.reduce<FindingView['packages'][number] | undefined>(
    (held, one) => (held === undefined || (one.score ?? -1) > (held.score ?? -1) ? one : held),
    undefined,
  );
  if (worst === undefined || worst.basis === null) return undefined;
  return scoreOf(worst.basis, { exposure: view.resource.exposure, weaponised: view.issue.weaponised });
}
