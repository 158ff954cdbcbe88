import { describe, expect, it } from 'vitest';
import { findingCriteria } from './criteria.ts';
import { DEFAULT_STATE, formatState, parseState } from './findings-state.ts';
import { choiceOfUse, WINDOWS, withUse, withUseBetween } from './last-use.ts';

const OTHER = { key: 'severity', operator: '=', values: ['HIGH'] } as const;
/** 22 November 2026 at noon, in the time zone of whoever runs this. */
const NOON = new Date(2026, 10, 22, 12).getTime();
const day = (month: number, date: number) => new Date(2026, month - 1, date).getTime() / 1000;

describe('when images were in use', () => {
  it('is one choice at a time, which leaves the other conditions alone', () => {
    for (const choice of ['any', 'now', ...WINDOWS] as const) {
      const chosen = withUse(withUse([OTHER], '90d'), choice);
      expect(chosen).toContain(OTHER);
      expect(choiceOfUse(chosen)).toBe(choice);
    }
    expect(choiceOfUse(withUseBetween([OTHER], { from: '2026-01-01', to: '2026-01-31' }))).toBe('range');
    expect(choiceOfUse([{ key: 'ecrImageInUseCount', operator: '>=', values: ['3'] }])).toBe('range');
    expect(withUseBetween(withUse([OTHER], 'now'), { from: '', to: '' })).toEqual([OTHER]);
  });

  it('rolls: a link that was sent last month asks for the days before today', () => {
    const state = { ...DEFAULT_STATE, view: 'list', conditions: withUse([], '14d') } as const;
    expect(formatState(state)).toBe('?view=list&f=ecrImageLastInUseAt.from.14d');
    const { ecrImageLastInUseAt } = findingCriteria(parseState(formatState(state)), NOON);
    expect(ecrImageLastInUseAt).toEqual([{ startInclusive: day(11, 8) }]);
    expect(findingCriteria(state, NOON + 86_400_000).ecrImageLastInUseAt).toEqual([{ startInclusive: day(11, 9) }]);
  });

  it('asks for both days of a range in whole', () => {
    const conditions = withUseBetween([], { from: '2026-11-01', to: '2026-11-02' });
    expect(findingCriteria({ conditions, status: 'ALL' }, NOON)).toEqual({
      ecrImageLastInUseAt: [{ startInclusive: day(11, 1), endInclusive: day(11, 3) - 1 }],
    });
  });
});
