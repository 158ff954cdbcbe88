import { FINDING_STATUS, FIX_AVAILABLE } from '@assay/core/finding.ts';
import { compareRanks, exploitationOf, type RankedFinding, rankOf } from '@assay/core/fix-first.ts';
import { EXPOSURE_CODES } from '@assay/core/score.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withAccounts } from '../db/pool.ts';
import { nameOfCode } from '../findings/code-name.ts';
import { compileCriteria } from '../findings/list/compile.ts';
import { insertEstate, makeEstate, TEST_ARNS, TEST_REGION } from '../findings/list/estate.testdata.ts';
import { readActionDetails } from './details.ts';
import { type FindingRank, findingsFixFirst } from './findings.ts';
import { type ActionKind, fixFirstQueue, type RankedAction } from './queue.ts';

const estate = makeEstate(5);
let db: TestDatabase;
let rows: Row[];

interface Row {
  account: number;
  id: number;
  resource: number;
  host: boolean;
  place: string;
  in_use_count: number;
  exposure: number;
  severity: number;
  fix: number;
  status: number;
  issue: string;
  weaponised: boolean;
  exploit: boolean;
  epss: number;
  namespace: string;
  name: string;
  fixed: string | null;
}

beforeAll(async () => {
  db = await createTestDatabase();
  await insertEstate(db.owner, estate);
  await db.owner.query(`update finding_package set fixed = '9.' || package where (finding + package) % 3 > 0`);
  await db.owner.query(`update finding f set fix = case when fixed = parts then 2 when fixed = 0 then 0 else 1 end
    from (select account, finding, count(fixed) as fixed, count(*) as parts from finding_package group by 1, 2) p where p.account = f.account and p.finding = f.id`);
  await db.owner.query(`update resource set exposure = id % 4, in_use_count = case when id % 3 = 0 then id % 7 else 0 end`);
  await db.owner.query(`update issue set weaponised = id % 9 = 0`);
  await db.owner.query(`update package set source_name = 'src' || id % 4 where id % 3 = 0`);
  rows = (
    await db.owner.query<Row>(
      `select f.account, f.id, f.resource, r.kind in (1, 6) as host, coalesce(r.registry || '/' || r.repository, r.arn) as place, r.in_use_count, r.exposure,
         f.severity, f.fix, f.status, i.name as issue, i.weaponised, i.exploit, i.epss, p.namespace, coalesce(p.source_name, p.name) as name, fp.fixed
       from finding f join resource r on r.account = f.account and r.id = f.resource join issue i on i.id = f.issue
       join finding_package fp on fp.account = f.account and fp.finding = f.id join package p on p.id = fp.package where f.kind = 2 and f.status = ${FINDING_STATUS.ACTIVE}`,
    )
  ).rows;
}, 120_000);
afterAll(async () => db?.drop());

const keyOf = (by: ActionKind, row: Row): string =>
  JSON.stringify(by === 'PACKAGE' ? [row.name, row.namespace, row.place, row.account] : [row.issue, '', '', 0]);
const running = (row: Row): number => (row.host ? 1 : row.in_use_count);

function asFinding(by: ActionKind, of: readonly Row[]): RankedFinding {
  const [row] = of as [Row];
  const fix = by === 'VULNERABILITY' ? nameOfCode(FIX_AVAILABLE, row.fix) : of.some((one) => one.fixed !== null) ? 'YES' : 'NO';
  return {
    exposure: nameOfCode(EXPOSURE_CODES, row.exposure),
    exploitation: exploitationOf({ ...row, epss: row.epss < 0 ? null : row.epss }),
    severity: nameOfCode(SEVERITY_CODES, row.severity),
    fix,
    running: running(row),
  };
}

/** The whole queue, in memory and by core's own words. */
function expected(by: ActionKind, accounts: readonly number[], keep: (row: Row) => boolean = () => true) {
  const seen = rows.filter((row) => accounts.includes(row.account) && keep(row));
  const actions = [true, false].flatMap((runs) => {
    const some = seen.filter((row) => running(row) > 0 === runs);
    return [...Map.groupBy(some, (row) => keyOf(by, row))].map(([key, held]) => {
      const findings = [...Map.groupBy(held, (row) => row.id).values()].map((of) => asFinding(by, of));
      return { key, rank: rankOf(findings), held };
    });
  });
  const order = (key: string) => JSON.parse(key) as [string, string, string, number];
  return actions.sort((a, b) => {
    const [[nameA, , placeA, accountA], [nameB, , placeB, accountB]] = [order(a.key), order(b.key)];
    return compareRanks(a.rank, b.rank) || compare(nameA, nameB) || compare(placeA, placeB) || accountA - accountB;
  });
}
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function pages(by: ActionKind, limit: number, accounts = estate.accounts, criteria = {}): Promise<RankedAction[]> {
  const compiled = compileCriteria(criteria, { accounts, region: TEST_REGION, arns: TEST_ARNS });
  const all: RankedAction[] = [];
  for (;;) {
    const after = all.at(-1);
    const page = await withAccounts(db.api, accounts, (tx) =>
      fixFirstQueue(tx, { by, criteria: compiled, limit, ...(after === undefined ? {} : { after }) }),
    );
    all.push(...page);
    if (page.length < limit) return all;
  }
}

const told = ({ name, namespace, place, account, runs, urgency, weight }: RankedAction) => ({
  key: JSON.stringify([name, namespace, place, account]),
  rank: { runs, urgency, weight },
});

describe.each(['PACKAGE', 'VULNERABILITY'] as const)('by %s', (by) => {
  test.each([1, 7, 1_000])('the queue is core’s order, in pages of %i', async (limit) => {
    const wanted = expected(by, estate.accounts).map(({ key, rank }) => ({ key, rank }));
    expect(wanted.length).toBeGreaterThan(30);
    if (limit > 1) expect((await pages(by, limit)).map(told)).toEqual(wanted);
    else expect((await pages(by, limit, [999])).map(told)).toEqual(expected(by, [999]).map(({ key, rank }) => ({ key, rank })));
  });

  test('narrowed by criteria', async () => {
    const severity = [{ comparison: 'EQUALS', value: 'CRITICAL' }];
    const wanted = expected(by, estate.accounts, (row) => row.severity === SEVERITY_CODES.CRITICAL);
    expect((await pages(by, 50, estate.accounts, { severity })).map(told)).toEqual(wanted.map(({ key, rank }) => ({ key, rank })));
  });

  test('tells what each action is about', async () => {
    const wanted = expected(by, estate.accounts);
    const actions = await pages(by, 1_000);
    const criteria = compileCriteria({}, { accounts: estate.accounts, region: TEST_REGION, arns: TEST_ARNS });
    const details = await withAccounts(db.api, estate.accounts, (tx) => readActionDetails(tx, { by, criteria, actions }));
    for (const [at, { held }] of wanted.entries()) {
      const one = details[at];
      const distinct = <T>(values: readonly T[]): number => new Set(values).size;
      const resources = [...Map.groupBy(held, (row) => row.resource).values()].map(([row]) => row as Row);
      const removed = [...Map.groupBy(held, (row) => row.id)].filter(
        ([id, of]) => of.every((row) => row.fixed !== null) && of.length === rows.filter((row) => row.id === id).length,
      );
      expect(one).toMatchObject({
        running: resources.reduce((sum, row) => sum + running(row), 0),
        resources: resources.length,
        findings: distinct(held.map((row) => row.id)),
        removes: removed.length,
        severity: nameOfCode(SEVERITY_CODES, Math.max(...held.map((row) => row.severity))),
        vulnerabilityCount: distinct(held.map((row) => row.issue)),
        placeCount: distinct(held.map((row) => row.place)),
      });
    }
  });
});

test.each([7, 1_000])('findings one by one are in core’s order, in pages of %i', async (limit) => {
  const ranked = [...Map.groupBy(rows, (row) => row.id)].map(([id, of]) => ({ id, rank: rankOf([asFinding('VULNERABILITY', of)]) }));
  const wanted = ranked.sort((a, b) => compareRanks(a.rank, b.rank) || b.id - a.id);
  const { accounts } = estate;
  const criteria = compileCriteria({}, { accounts, region: TEST_REGION, arns: TEST_ARNS });
  const all: FindingRank[] = [];
  for (let more = true; more; ) {
    const after = all.at(-1);
    const page = await withAccounts(db.api, accounts, (tx) =>
      findingsFixFirst(tx, { criteria, limit, ...(after === undefined ? {} : { after }) }),
    );
    all.push(...page);
    more = page.length === limit;
  }
  expect(all.map(({ id, runs, urgency, weight }) => ({ id, rank: { runs, urgency, weight } }))).toEqual(wanted);
});

test('nobody sees another account’s', async () => {
  expect((await pages('PACKAGE', 1_000, [999])).every((one) => one.account === 999)).toBe(true);
  expect(await pages('PACKAGE', 10, [42])).toEqual([]);
  expect(await pages('VULNERABILITY', 10, [42])).toEqual([]);
});
