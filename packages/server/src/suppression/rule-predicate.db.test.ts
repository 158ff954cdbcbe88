import { DATE_FIELDS, type FindingCriteria, NUMBER_FIELDS, STRING_FIELDS } from '@assay/core/filter/criteria.ts';
import { ruleMatches } from '@assay/core/filter/rule.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { type Estate, insertEstate, makeEstate, TEST_ARNS, TEST_REGION } from '../findings/list/estate.testdata.ts';
import { criteriaOf } from '../findings/list/oracle.testdata.ts';
import { Params } from '../findings/list/sql.ts';
import { rulePredicate } from './rule-predicate.ts';
import { firstRules, type Rule } from './rules.ts';

const estate: Estate = makeEstate(29);
const naming = { region: TEST_REGION, arns: TEST_ARNS };
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await insertEstate(db.owner, estate);
}, 120_000);
afterAll(() => db?.drop());

async function hidden(criteria: FindingCriteria, accounts: readonly number[], everyPackage = false): Promise<number[]> {
  const params = new Params();
  const where = rulePredicate({ criteria, accounts, everyPackage }, naming)(params);
  const { rows } = await db.worker.query<{ id: number }>(`select f.id from finding f where ${where} order by f.id`, params.values);
  return rows.map((row) => row.id);
}
const expected = (criteria: FindingCriteria, accounts: readonly number[], every = false): number[] =>
  estate.findings.filter((f) => accounts.includes(f.account) && ruleMatches(criteria, f.facts, every)).map((f) => f.id);

const FIELDS = [...STRING_FIELDS, ...DATE_FIELDS, ...NUMBER_FIELDS, 'resourceTags', 'portRange', 'vulnerablePackages'] as const;

describe('a rule in SQL hides what core says it hides', () => {
  test.each(FIELDS)('%s', async (field) => {
    await fc.assert(
      fc.asyncProperty(criteriaOf(estate, [field]), async (criteria) => {
        expect(await hidden(criteria, estate.accounts)).toEqual(expected(criteria, estate.accounts));
      }),
      { seed: 7, numRuns: 8 },
    );
  });

  test('several fields, some accounts', { timeout: 120_000 }, async () => {
    const accounts = fc.subarray([...estate.accounts], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(criteriaOf(estate), accounts, async (criteria, of) => {
        expect(await hidden(criteria, of)).toEqual(expected(criteria, of));
      }),
      { seed: 8, numRuns: 120 },
    );
  });

  test('a rule about every package', { timeout: 120_000 }, async () => {
    const seen = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(criteriaOf(estate, ['vulnerablePackages']), async (criteria) => {
        const every = await hidden(criteria, estate.accounts, true);
        expect(every).toEqual(expected(criteria, estate.accounts, true));
        seen.add(every.length < (await hidden(criteria, estate.accounts)).length);
      }),
      { seed: 10, numRuns: 80 },
    );
    expect(seen).toEqual(new Set([true, false]));
  });

  test('of many rules the first that matches, whatever order they are tried in', { timeout: 120_000 }, async () => {
    const keys = estate.findings.map(({ account, id }) => ({ account, id }));
    const criteria = fc.sample(criteriaOf(estate), { seed: 9, numRuns: 130 });
    const rules = criteria.map((one, n): Rule => {
      const account = estate.accounts[n % estate.accounts.length]!;
      return { account, id: n + 1, criteria: one, accounts: [account], everyPackage: false };
    });
    const found = await inTransaction(db.worker, (tx) => firstRules(tx, keys, { rules, naming }));
    const first = estate.findings.map((f) => rules.find((rule) => rule.account === f.account && ruleMatches(rule.criteria, f.facts))?.id);
    expect(found).toEqual(first.map((id) => id ?? null));
  });
});

test('a vulnerability is meant by each of its names', async () => {
  const known = estate.findings.find((f) => (f.facts.strings.relatedVulnerabilities ?? []).length > 0)!;
  const { vulnerabilityId, relatedVulnerabilities } = known.facts.strings;
  const by = (value: string) => hidden({ vulnerabilityId: [{ comparison: 'EQUALS', value }] }, [known.account]);
  expect(await by(String(vulnerabilityId))).toContain(known.id);
  expect(await by(String(relatedVulnerabilities![0]))).toContain(known.id);
});

test('a criterion on the status means open findings; one that leaves them out hides nothing', async () => {
  const by = (value: string, comparison: 'EQUALS' | 'NOT_EQUALS') => hidden({ findingStatus: [{ comparison, value }] }, estate.accounts);
  expect(await by('ACTIVE', 'EQUALS')).toHaveLength(estate.findings.length);
  expect(await by('CLOSED', 'NOT_EQUALS')).toHaveLength(estate.findings.length);
  expect(await by('SUPPRESSED', 'EQUALS')).toEqual([]);
});
