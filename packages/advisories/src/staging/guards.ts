import { AssayError } from '@assay/core/errors.ts';
import type { FeedCounts } from '../feed.ts';
import type { FeedState } from './state.ts';

/** Share of the last good import that may be missing before a person has to agree. */
const SHRINK = 0.1;
/** Below this many advisories an ecosystem is too small for a share to mean anything; only its disappearance counts. */
const SMALL = 20;

export interface Import {
  readonly counts: FeedCounts;
  readonly ecosystems: Readonly<Record<string, number>>;
}

/** Refuses an import that lost more than a tenth of what the last good one held, as a whole or in any one ecosystem. */
export function checkShrink(feed: string, made: Import, last: Pick<FeedState, 'counts' | 'ecosystems'> | undefined, accept: boolean): void {
  if (made.counts.kept === 0) throw new AssayError('FEED_EMPTY', `${feed} holds no usable record; check its source.`);
  if (last === undefined || accept) return;
  const advice = `check the source, and accept it with --accept-shrink when it is right.`;
  if (made.counts.kept < last.counts.kept * (1 - SHRINK))
    throw new AssayError('FEED_SHRUNK', `${feed} shrank from ${last.counts.kept} to ${made.counts.kept} records; ${advice}`);
  for (const [ecosystem, before] of Object.entries(last.ecosystems)) {
    const after = made.ecosystems[ecosystem] ?? 0;
    if (after === 0 || (before >= SMALL && after < before * (1 - SHRINK)))
      throw new AssayError('FEED_SHRUNK', `${feed} shrank from ${before} to ${after} advisories for ${ecosystem}; ${advice}`);
  }
}
