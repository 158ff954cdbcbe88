/** Milliseconds unless the name says otherwise. Ranges are drawn from, so that collectors do not act together. */
export interface Timing {
  /** Changes are gathered for so long. */
  readonly gatherMs: number;
  readonly healthMs: number;
  /** How long a watch is asked to last. */
  readonly watchSeconds: readonly [number, number];
  /** What a watch may be open for beyond that. */
  readonly graceMs: number;
  /** Silence after which a watch whose server sends bookmarks (each minute) is taken for dead. */
  readonly quietMs: number;
  /** A whole list at the latest. */
  readonly listMs: number;
  /** Whole lists against whatever was missed. */
  readonly relistMs: readonly [number, number];
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** What is not permitted is asked for again. */
  readonly deniedMs: number;
  /** The first snapshot waits so long for nodes, owners and networks. */
  readonly patienceMs: number;
}

const [SECOND, HOUR] = [1000, 3_600_000];

export const TIMING: Timing = {
  gatherMs: 500,
  healthMs: 60 * SECOND,
  watchSeconds: [300, 600],
  graceMs: 30 * SECOND,
  quietMs: 200 * SECOND,
  listMs: 900 * SECOND,
  relistMs: [6 * HOUR, 12 * HOUR],
  retryMs: 500,
  longestRetryMs: 30 * SECOND,
  deniedMs: 300 * SECOND,
  patienceMs: 30 * SECOND,
};
