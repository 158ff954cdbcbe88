/** `finding_event.kind`. Never reuse a number. */
export const EVENT_KIND = { OPENED: 1, CLOSED: 2, REOPENED: 3, CHANGED: 4, SUPPRESSED: 5, UNSUPPRESSED: 6 } as const;

/** `finding_event.change`: what a field was and what it is; `null` before the first event. Codes as in the columns of `finding`. */
export interface FindingChange {
  readonly status?: readonly [number | null, number];
  readonly severity?: readonly [number | null, number];
  readonly score?: readonly [number | null, number];
  readonly fix?: readonly [number | null, number];
  /** Id of the rule that hides it. */
  readonly rule?: number;
  /** Ids of packages that came and went. */
  readonly added?: readonly number[];
  readonly removed?: readonly number[];
}
