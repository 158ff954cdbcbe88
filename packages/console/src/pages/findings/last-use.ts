import type { Condition } from './findings-state.ts';

/** Windows that roll with the day, as the settings of what is monitored offer them too. */
export const WINDOWS = ['14d', '30d', '60d', '90d'] as const;
export type UseChoice = 'any' | 'now' | (typeof WINDOWS)[number] | 'range';

const COUNT = 'ecrImageInUseCount';
const LAST = 'ecrImageLastInUseAt';

/** `14d`: so many days ago, counted from whenever the link is opened. */
export function rollingDays(text: string): number | undefined {
  return /^\d{1,4}d$/.test(text) ? Number(text.slice(0, -1)) : undefined;
}

/** What the conditions say about use, in the words of the choice beside the filter; `range` for all that is none of the others. */
export function choiceOfUse(conditions: readonly Condition[]): UseChoice {
  const [first, ...more] = conditions.filter(isAboutUse);
  if (first === undefined) return 'any';
  const value = first.values[0] ?? '';
  if (more.length > 0 || first.operator !== '>=') return 'range';
  if (first.key === COUNT) return value === '1' ? 'now' : 'range';
  return WINDOWS.find((window) => window === value) ?? 'range';
}

/** The conditions with another choice of use in place of what they say of it. */
export function withUse(conditions: readonly Condition[], choice: Exclude<UseChoice, 'range'>): Condition[] {
  const others = conditions.filter((one) => !isAboutUse(one));
  if (choice === 'any') return others;
  return [...others, choice === 'now' ? { key: COUNT, operator: '>=', values: ['1'] } : { key: LAST, operator: '>=', values: [choice] }];
}

/** In use between two days, `2026-11-22`; an empty one is no bound. */
export function withUseBetween(conditions: readonly Condition[], { from, to }: { from: string; to: string }): Condition[] {
  return [
    ...withUse(conditions, 'any'),
    ...(from === '' ? [] : [{ key: LAST, operator: '>=' as const, values: [from] }]),
    ...(to === '' ? [] : [{ key: LAST, operator: '<=' as const, values: [to] }]),
  ];
}

function isAboutUse({ key }: Condition): boolean {
  return key === COUNT || key === LAST;
}
