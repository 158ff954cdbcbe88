import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import { matchesCriteria } from '@assay/core/filter/matches.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withAccounts } from '../../db/pool.ts';
import { readFindings } from '../read.ts';
import type { FindingView } from '../view.ts';
import { type Estate, insertEstate, makeEstate, TEST_ARNS, TEST_REGION } from './estate.testdata.ts';
import { criteriaOf } from './oracle.testdata.ts';
import type { ReadAs } from './page.ts';
import { type StreamPosition, type StreamRequest, streamFindings } from './stream.ts';

const estate: Estate = makeEstate(31);
let db: TestDatabase;
const readAs: ReadAs = (accounts, read) => withAccounts(db.api, accounts, read);

beforeAll(async () => {
  db = await createTestDatabase();
  await insertEstate(db.owner, estate);
}, 120_000);
afterAll(async () => db?.drop());

const request = (criteria: FindingCriteria, more: Partial<StreamRequest> = {}): StreamRequest => ({
  criteria,
  accounts: estate.accounts,
  region: TEST_REGION,
  arns: TEST_ARNS,
  ...more,
});

async function streamed(asked: StreamRequest): Promise<number[]> {
  const ids: number[] = [];
  for await (const batch of streamFindings(asked, readAs)) {
    expect(batch.findings.length).toBeLessThanOrEqual(asked.size ?? 1000);
    for (const { arn, view } of batch.findings) {
      expect(arn).toBe(TEST_ARNS.format(view.account, view.id));
      ids.push(view.id);
    }
  }
  return ids;
}

function expected(criteria: FindingCriteria, accounts = estate.accounts): number[] {
  return estate.findings
    .filter((f) => accounts.includes(f.account) && matchesCriteria(criteria, f.facts))
    .sort((a, b) => a.account - b.account || a.id - b.id)
    .map((f) => f.id);
}

test.each([
  ['listed', 60_000],
  ['found in passing', 0],
])('every finding that matches comes once, in order, when %s', { timeout: 120_000 }, async (_, listed) => {
  const asked = fc.record({ criteria: criteriaOf(estate), size: fc.constantFrom(7, 1000), accounts: fc.subarray([...estate.accounts]) });
  await fc.assert(
    fc.asyncProperty(asked, async ({ criteria, ...rest }) => {
      expect(await streamed(request(criteria, { ...rest, listed }))).toEqual(expected(criteria, rest.accounts));
    }),
    { seed: 17, numRuns: 80 },
  );
});

test.each([[60_000], [0]])('a stream goes on after any batch (listing up to %i)', async (listed) => {
  const seen: number[] = [];
  let after: StreamPosition | undefined;
  for (;;) {
    const next = streamFindings(request({}, { size: 90, listed, ...(after === undefined ? {} : { after }) }), readAs);
    const batch = (await next.next()).value;
    await next.return(undefined);
    if (batch === undefined) break;
    seen.push(...batch.findings.map(({ view }: { view: { id: number } }) => view.id));
    after = batch.position;
  }
  expect(seen).toEqual(expected({}));
});

test('findings that change while the stream runs are not skipped and do not come twice', async () => {
  const criteria: FindingCriteria = { findingStatus: [{ comparison: 'EQUALS', value: 'ACTIVE' }] };
  const all = expected(criteria);
  const closed = new Set<number>();
  const ids: number[] = [];
  for await (const batch of streamFindings(request(criteria, { size: 20, listed: 0 }), readAs)) {
    ids.push(...batch.findings.map(({ view }) => view.id));
    const victims = all.filter((id) => !ids.includes(id) && id % 3 === 0).slice(0, 5);
    for (const id of victims) closed.add(id);
    await db.worker.query('update finding set status = $1, last_at = now(), severity = 5 where id = any($2::bigint[])', [
      FINDING_STATUS.CLOSED,
      victims,
    ]);
  }
  expect(new Set(ids).size).toBe(ids.length);
  expect(all.filter((id) => !closed.has(id) && !ids.includes(id))).toEqual([]);
  expect(closed.size).toBeGreaterThan(10);
});

test('what is kept from batch to batch is shown as it is now', async () => {
  let batches = 0;
  for await (const { findings } of streamFindings(request({}, { size: 50 }), readAs)) {
    const alone = await readAs(estate.accounts, async (client) => {
      const views: FindingView[] = [];
      for (const { view } of findings) views.push(...(await readFindings(client, [view])));
      return views;
    });
    expect(findings.map(({ view }) => view)).toEqual(alone);
    const title = `told ${++batches}`;
    await db.worker.query(`update issue set weaponised = not weaponised, doc = doc || jsonb_build_object('title', $1::text)`, [title]);
  }
  expect(batches).toBeGreaterThan(3);
});
