import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingCriteria, titleAggregation, ungroupable } from './criteria.ts';
import { FILTER_FIELDS } from './filter-fields.ts';
import { conditionsOf, tokensOf } from './filter-tokens.ts';
import { type Condition, DEFAULT_STATE, type FindingsState, formatState, type Operator, parseState } from './findings-state.ts';
import { GROUP_SORTS, SORT_FIELDS } from './sort-fields.ts';

const text = fc.string({ minLength: 1, maxLength: 40 }).filter((value) => value.trim() === value && value !== '');
const condition: fc.Arbitrary<Condition> = fc.constantFrom(...FILTER_FIELDS).chain((field) =>
  fc.record({
    key: fc.constant(field.key),
    operator: fc.constantFrom<Operator>('=', '!=', '^', '>=', '<='),
    values: field.values === undefined ? text.map((value) => [value]) : fc.subarray([...field.values], { minLength: 1 }),
  }),
);
const state: fc.Arbitrary<FindingsState> = fc.record({
  view: fc.constant('list' as const),
  status: fc.constantFrom('ACTIVE', 'SUPPRESSED', 'CLOSED', 'ALL'),
  conditions: fc.array(condition, { maxLength: 5 }),
  sort: fc.constantFrom(...SORT_FIELDS, ...GROUP_SORTS),
  descending: fc.boolean(),
  finding: fc.option(text),
  group: fc.option(text),
});

describe('the address of the findings page', () => {
  it('holds everything: what is written is read back', () => {
    fc.assert(
      fc.property(state, (value) => {
        expect(parseState(formatState(value))).toEqual(value);
      }),
      { seed: 7 },
    );
  });

  it('is empty for the page as it opens', () => {
    expect(formatState(DEFAULT_STATE)).toBe('');
    expect(parseState('')).toEqual(DEFAULT_STATE);
  });

  it('reads anything without failing and ignores what it does not know', () => {
    fc.assert(
      fc.property(fc.string(), (search) => {
        const read = parseState(`?${search}`);
        expect(parseState(formatState(read))).toEqual(read);
      }),
      { seed: 7 },
    );
    expect(parseState('?f=__proto__.is.x&f=severity.is.NONSENSE&f=severity.like.HIGH&sort=-DROP&status=x&view=y')).toEqual(DEFAULT_STATE);
  });

  it('opens as a list where a filter cannot be grouped', () => {
    expect(parseState('?f=severity.is.HIGH').view).toBe('list');
    expect(parseState('?f=vulnerabilityId.starts.CVE-2023').view).toBe('grouped');
  });
});

describe('the filter box', () => {
  it('shows the conditions and gives the same back', () => {
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 5 }), (conditions) => {
        expect(conditionsOf(tokensOf(conditions))).toEqual(conditions);
      }),
      { seed: 7 },
    );
  });

  it('takes free text as a vulnerability where it looks like one, else as a package', () => {
    const free = (value: string) => conditionsOf([{ operator: '=', value }]);
    expect(free('cve-2023-4911')).toEqual([{ key: 'vulnerabilityId', operator: '^', values: ['CVE-2023-4911'] }]);
    expect(free('GHSA-ABCD-1234-wxyz')).toEqual([{ key: 'vulnerabilityId', operator: '^', values: ['GHSA-abcd-1234-wxyz'] }]);
    expect(free('openssl')).toEqual([{ key: 'packageName', operator: '^', values: ['openssl'] }]);
    expect(free('  ')).toEqual([]);
  });
});

/** 22 November 2026, at noon of whichever time zone. */
const NOW = new Date(2026, 10, 22, 12).getTime();

describe('the question to the API', () => {
  const criteria = (conditions: Condition[]) => findingCriteria({ conditions, status: 'ALL' }, NOW);

  it('says the status unless any is wanted', () => {
    expect(findingCriteria({ conditions: [], status: 'ACTIVE' }, NOW)).toEqual({
      findingStatus: [{ comparison: 'EQUALS', value: 'ACTIVE' }],
    });
    expect(criteria([])).toEqual({});
  });

  it('lists the values of one member, which the API joins with OR', () => {
    expect(criteria([{ key: 'severity', operator: '=', values: ['HIGH', 'CRITICAL'] }])).toEqual({
      severity: [
        { comparison: 'EQUALS', value: 'HIGH' },
        { comparison: 'EQUALS', value: 'CRITICAL' },
      ],
    });
  });

  it('makes one range of the bounds on one number', () => {
    const conditions: Condition[] = [
      { key: 'epssScore', operator: '>=', values: ['0.1'] },
      { key: 'epssScore', operator: '>=', values: ['0.2'] },
      { key: 'epssScore', operator: '<=', values: ['0.9'] },
      { key: 'inspectorScore', operator: '>=', values: ['high'] },
    ];
    expect(criteria(conditions)).toEqual({ epssScore: [{ lowerInclusive: 0.2, upperInclusive: 0.9 }] });
  });

  it('makes whole days of dates, both ends included', () => {
    const one = criteria([
      { key: 'firstObservedAt', operator: '>=', values: ['2026-11-01'] },
      { key: 'firstObservedAt', operator: '<=', values: ['2026-11-01'] },
    ]).firstObservedAt?.[0];
    expect((one?.endInclusive ?? 0) - (one?.startInclusive ?? 0)).toBe(86_399);
    expect(criteria([{ key: 'firstObservedAt', operator: '>=', values: ['yesterday'] }])).toEqual({});
  });

  it('joins name and version of a package in one filter', () => {
    const conditions: Condition[] = [
      { key: 'packageName', operator: '=', values: ['openssl'] },
      { key: 'packageName', operator: '=', values: ['libssl3'] },
      { key: 'packageVersion', operator: '^', values: ['3.0'] },
    ];
    const version = { comparison: 'PREFIX', value: '3.0' };
    expect(criteria(conditions)).toEqual({
      vulnerablePackages: [
        { name: { comparison: 'EQUALS', value: 'openssl' }, version },
        { name: { comparison: 'EQUALS', value: 'libssl3' }, version },
      ],
    });
  });

  it('reads a tag as key and value', () => {
    expect(criteria([{ key: 'resourceTags', operator: '=', values: ['team=pay=ments'] }])).toEqual({
      resourceTags: [{ comparison: 'EQUALS', key: 'team', value: 'pay=ments' }],
    });
  });

  it('groups by title with what that aggregation understands', () => {
    const conditions: Condition[] = [
      { key: 'vulnerabilityId', operator: '^', values: ['CVE-2023'] },
      { key: 'resourceType', operator: '=', values: ['AWS_EC2_INSTANCE'] },
    ];
    expect(titleAggregation({ ...DEFAULT_STATE, conditions, sort: 'ALL', descending: false })).toEqual({
      sortBy: 'ALL',
      sortOrder: 'ASC',
      vulnerabilityIds: [{ comparison: 'PREFIX', value: 'CVE-2023' }],
      resourceType: 'AWS_EC2_INSTANCE',
    });
    expect(ungroupable({ conditions })).toEqual([]);
    expect(
      ungroupable({ conditions: [{ key: 'resourceType', operator: '=', values: ['AWS_EC2_INSTANCE', 'CODE_REPOSITORY'] }] }),
    ).toHaveLength(1);
    expect(ungroupable({ conditions: [{ key: 'packageName', operator: '=', values: ['curl'] }] })).toHaveLength(1);
  });
});
