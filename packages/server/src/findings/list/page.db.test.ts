import { DATE_FIELDS, type FindingCriteria, NUMBER_FIELDS, STRING_FIELDS } from '@assay/core/filter/criteria.ts';
import { matchesCriteria } from '@assay/core/filter/matches.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withAccounts } from '../../db/pool.ts';
import { compileCriteria } from './compile.ts';
import { type Estate, type EstateFinding, insertEstate, makeEstate, TEST_ARNS, TEST_REGION } from './estate.testdata.ts';
import { criteriaOf, sortValue } from './oracle.testdata.ts';
import { type Caps, DEFAULT_CAPS, findPage, type PageRow } from './page.ts';
import { SORTS, type SortField } from './sorts.ts';

const estate: Estate = makeEstate(11);
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await insertEstate(db.owner, estate);
}, 120_000);
afterAll(async () => db?.drop());

interface Query {
  readonly criteria: FindingCriteria;
  readonly field: SortField;
  readonly descending: boolean;
  readonly limit: number;
  readonly accounts: readonly number[];
  readonly caps?: Caps;
}

/** All pages of a query, one after another, as ids. */
async function pages(query: Query): Promise<number[]> {
  const criteria = compileCriteria(query.criteria, { accounts: query.accounts, region: TEST_REGION, arns: TEST_ARNS });
  const ids: number[] = [];
  let after: PageRow | undefined;
  do {
    const rows = await findPage(
      { criteria, sort: SORTS[query.field], descending: query.descending, limit: query.limit, ...(after === undefined ? {} : { after }) },
      (accounts, read) => withAccounts(db.api, accounts, read),
      query.caps,
    );
    expect(rows.length).toBeLessThanOrEqual(query.limit);
    ids.push(...rows.map((row) => row.id));
    after = rows.length === query.limit ? rows.at(-1) : undefined;
  } while (after !== undefined && ids.length <= estate.findings.length);
  return ids;
}

/** What the pages must be: filtered and sorted in memory. */
function expected(query: Query): number[] {
  const held = estate.findings.filter((f) => query.accounts.includes(f.account) && matchesCriteria(query.criteria, f.facts));
  return held.sort((a, b) => order(a, b, query)).map((f) => f.id);
}

function order(a: EstateFinding, b: EstateFinding, { field, descending }: Query): number {
  const [ka, kb] = [sortValue(field, a), sortValue(field, b)];
  if ((ka.value === undefined) !== (kb.value === undefined)) return ka.value === undefined ? 1 : -1;
  const byKey = ka.value === undefined || kb.value === undefined ? 0 : compare(ka.value, kb.value);
  const result = byKey || ka.holder - kb.holder || a.id - b.id;
  return descending ? -result : result;
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

const COLLECTING: Caps = { ...DEFAULT_CAPS, glance: { first: 0, total: 0 } };
const WALKING: Caps = { ...DEFAULT_CAPS, glance: { first: 3, total: 23 }, candidates: 0, resolve: 5, walkTimeoutMs: 20_000 };
const FALLING_BACK: Caps = { ...WALKING, walkTimeoutMs: 0 };
const fields = Object.keys(SORTS) as SortField[];

describe('pages equal the oracle', () => {
  test.each([
    ['as in production', DEFAULT_CAPS],
    ['collected', COLLECTING],
    ['walked', WALKING],
    ['hashed and sorted', FALLING_BACK],
  ])('random criteria and sorts, %s', { timeout: 240_000 }, async (_, caps) => {
    const query = fc.record({
      criteria: criteriaOf(estate),
      field: fc.constantFrom(...fields),
      descending: fc.boolean(),
      limit: fc.constantFrom(19, 40, 100),
      accounts: fc.subarray([...estate.accounts], { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(query, async (q) => {
        expect(await pages({ ...q, caps })).toEqual(expected(q));
      }),
      { seed: 3, numRuns: 120 },
    );
  });

  test.each(fields.flatMap((field) => [true, false].map((descending) => ({ field, descending }))))(
    'every finding once, sorted by $field (descending: $descending)',
    async ({ field, descending }) => {
      for (const caps of [DEFAULT_CAPS, COLLECTING, WALKING]) {
        const query: Query = { criteria: {}, field, descending, limit: 60, accounts: estate.accounts, caps };
        const ids = await pages(query);
        expect(ids).toEqual(expected(query));
        expect(new Set(ids).size).toBe(estate.findings.length);
      }
    },
  );
});

const everyField = [...STRING_FIELDS, ...DATE_FIELDS, ...NUMBER_FIELDS, 'resourceTags', 'portRange', 'vulnerablePackages'] as const;

test.each(everyField)('%s: some rows match and some do not', async (field) => {
  const cases = await fc.sample(criteriaOf(estate, [field]), { seed: 5, numRuns: 400 });
  const telling = cases.find((criteria) => {
    const count = expected({ criteria, field: 'SEVERITY', descending: true, limit: 1, accounts: estate.accounts }).length;
    return count > 0 && count < estate.findings.length;
  });
  const allOrNone = ['cloudProvider', 'cloudProviderRegion'].includes(field);
  expect(telling !== undefined || allOrNone).toBe(true);
  for (const criteria of telling === undefined ? cases.slice(0, 10) : [telling]) {
    const query: Query = { criteria, field: 'LAST_OBSERVED_AT', descending: false, limit: 100, accounts: estate.accounts };
    expect(await pages(query)).toEqual(expected(query));
  }
});

test('a caller sees nothing of other accounts, whatever the criteria say', async () => {
  const [mine = 0, other = 0] = estate.accounts;
  const foreign = estate.findings.find((f) => f.account === other);
  const criteria: FindingCriteria = { findingArn: [{ comparison: 'EQUALS', value: String(foreign?.facts.strings.findingArn) }] };
  expect(await pages({ criteria, field: 'SEVERITY', descending: true, limit: 10, accounts: [other] })).toEqual([foreign?.id]);
  expect(await pages({ criteria, field: 'SEVERITY', descending: true, limit: 10, accounts: [mine] })).toEqual([]);
});

describe('pages while rows change', () => {
  const changed: Estate = makeEstate(47);
  let other: TestDatabase;
  beforeAll(async () => {
    other = await createTestDatabase();
    await insertEstate(other.owner, changed);
  }, 120_000);
  afterAll(async () => other?.drop());

  test.each(['SEVERITY', 'FIRST_OBSERVED_AT', 'ECR_IMAGE_PUSHED_AT', 'EPSS_SCORE', undefined] as const)(
    'sorted by %s, nothing that stays where it is is left out or comes twice',
    async (field) => {
      const criteria = compileCriteria({}, { accounts: changed.accounts, region: TEST_REGION, arns: TEST_ARNS });
      const touched = new Set<number>();
      const ids: number[] = [];
      const random = fc.sample(fc.constantFrom(...changed.findings.map((f) => f.id)), { seed: 7, numRuns: 400 });
      for (let after: PageRow | undefined; ; ) {
        const request = { criteria, sort: field === undefined ? {} : SORTS[field], descending: true, limit: 25 };
        const rows: PageRow[] = await findPage({ ...request, ...(after === undefined ? {} : { after }) }, (accounts, read) =>
          withAccounts(other.api, accounts, read),
        );
        ids.push(...rows.map((row) => row.id));
        after = rows.at(-1);
        if (after === undefined || rows.length < 25) break;
        // Some close, some become worse, some are as if just found, and some go; so does the last row of the page now and then.
        const victims = [...random.splice(0, 8), ...(ids.length % 2 === 0 ? [after.id] : [])].filter((id) => !touched.has(id));
        for (const id of victims) touched.add(id);
        await other.owner.query(
          'update finding set status = 3, severity = (severity + 2) % 6, first_at = now() where id = any($1::bigint[])',
          [victims],
        );
        await other.owner.query('delete from finding where id = any($1::bigint[])', [victims.slice(0, 2)]);
      }
      const still = ids.filter((id) => !touched.has(id));
      expect(new Set(still).size).toBe(still.length);
      const present = (await other.owner.query<{ id: number }>('select id from finding')).rows.map((row) => row.id);
      expect(present.filter((id) => !touched.has(id) && !ids.includes(id))).toEqual([]);
      expect(touched.size).toBeGreaterThan(20);
    },
  );
});
