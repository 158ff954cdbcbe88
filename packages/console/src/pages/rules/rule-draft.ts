import type { RuleWish, SuppressionRule } from '../../api/rules.ts';

/** What the form holds: text as typed, the end as a day of the reader's own time zone. */
export interface RuleDraft {
  readonly name: string;
  readonly reason: string;
  readonly owner: string;
  /** `YYYY-MM-DD`, the last day it holds. */
  readonly expires: string;
  readonly forever: boolean;
}

/** A rule that nobody ends is a blind spot: a new one ends after this many days unless its maker says otherwise. */
const DAYS = 90;

export function firstDraft(rule: SuppressionRule | undefined, nowMilliseconds: number): RuleDraft {
  const end = rule?.expiresAt === undefined ? nowMilliseconds + DAYS * 86_400_000 : (rule.expiresAt - 1) * 1000;
  return {
    name: rule?.name ?? '',
    reason: rule?.reason ?? '',
    owner: rule?.owner ?? '',
    expires: dayText(end),
    forever: rule !== undefined && rule.expiresAt === undefined,
  };
}

/** Whether the service would take it: a name, an owner, and an end that is to come. */
export function readyDraft(draft: RuleDraft, nowMilliseconds: number): boolean {
  const end = draft.forever ? Number.POSITIVE_INFINITY : endOfDay(draft.expires);
  return draft.name.trim() !== '' && draft.owner.trim() !== '' && end * 1000 > nowMilliseconds;
}

export function wishOf({ name, reason, owner, expires, forever }: RuleDraft, change: boolean): RuleWish {
  return {
    name: name.trim(),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    owner: owner.trim(),
    ...(forever ? (change ? { neverExpires: true } : {}) : { expiresAt: endOfDay(expires) }),
  };
}

/** Seconds at which the day is over; NaN for what is no day. */
function endOfDay(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return Number.NaN;
  const day = new Date(`${text}T00:00:00`);
  day.setDate(day.getDate() + 1);
  return day.getTime() / 1000;
}

export function dayText(milliseconds: number): string {
  const day = new Date(milliseconds);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
