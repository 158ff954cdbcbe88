/** What the process says to the shell; documented in docs/cli.md. */
export const EXIT = {
  /** Done; with `--fail-on`, nothing at or above the threshold. */
  ok: 0,
  /** A finding at or above the threshold of `--fail-on`. */
  threshold: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Could not look, or not at all of it: the gap or the reason is named. */
  notLooked: 3,
} as const;

export const EXIT_WORDS: readonly (readonly [number, string])[] = [
  [EXIT.ok, 'done; with `--fail-on`, no finding at or above the threshold'],
  [EXIT.threshold, 'a finding at or above the threshold of `--fail-on`'],
  [EXIT.usage, 'the command line is wrong'],
  [EXIT.notLooked, 'could not look at the target, or not at a part that decides (the gap or the reason is named)'],
];
