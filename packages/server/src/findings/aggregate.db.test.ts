import type { StringFilter } from '@assay/core/filter/criteria.ts';
import { matchesStrings } from '@assay/core/filter/matches.ts';
import { FINDING_KIND, FINDING_STATUS } from '@assay/core/finding.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withAccounts } from '../db/pool.ts';
import { type AggregateRequest, type AggregateRow, aggregateFindings, type GroupBy } from './aggregate.ts';
import { type Estate, type EstateFinding, insertEstate, makeEstate } from './list/estate.testdata.ts';

const estate: Estate = makeEstate(21);
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await insertEstate(db.owner, estate);
}, 120_000);
afterAll(async () => db?.drop());

type Asked = Pick<AggregateRequest, 'by' | 'sortBy' | 'descending' | 'titles' | 'packageNames' | 'findingType' | 'vulnerabilityIds'>;

async function pages(asked: Asked, limit: number): Promise<AggregateRow[]> {
  const rows: AggregateRow[] = [];
  for (;;) {
    const after = rows.at(-1)?.position;
    const request: AggregateRequest = { ...asked, accounts: estate.accounts, limit, ...(after === undefined ? {} : { after }) };
    const page = await withAccounts(db.api, estate.accounts, (tx) => aggregateFindings(tx, request));
    rows.push(...page);
    if (page.length < limit) return rows;
  }
}

function groupsOf(by: GroupBy, f: EstateFinding): readonly string[] {
  if (by === 'ACCOUNT') return [String(f.account).padStart(12, '0')];
  if (by === 'FINDING_TYPE') return [String(FINDING_KIND[f.facts.strings.findingType as keyof typeof FINDING_KIND])];
  if (by === 'TITLE') return [String(f.facts.strings.title)];
  return [...new Set(f.packages.map((p) => p.name))];
}

/** Counts of every group, worked out in memory: `account group` → [all, critical, high]. */
function expected(asked: Asked): Map<string, [number, number, number]> {
  const counts = new Map<string, [number, number, number]>();
  const holds = (filters: readonly StringFilter[] | undefined, value: string | undefined): boolean => matchesStrings(filters, value);
  for (const f of estate.findings) {
    const { strings } = f.facts;
    if (strings.findingStatus !== 'ACTIVE') continue;
    if (asked.findingType !== undefined && strings.findingType !== asked.findingType) continue;
    if (!holds(asked.titles, strings.title as string) || !holds(asked.vulnerabilityIds, String(f.issue['name']))) continue;
    for (const group of groupsOf(asked.by, f)) {
      if (asked.by === 'PACKAGE' && !holds(asked.packageNames, group)) continue;
      const key = `${f.account} ${group}`;
      const [all, critical, high] = counts.get(key) ?? [0, 0, 0];
      counts.set(key, [all + 1, critical + Number(strings.severity === 'CRITICAL'), high + Number(strings.severity === 'HIGH')]);
    }
  }
  return counts;
}

const cases: readonly Asked[] = [
  { by: 'ACCOUNT', sortBy: 'ALL', descending: true },
  { by: 'FINDING_TYPE', sortBy: 'HIGH', descending: false },
  { by: 'TITLE', sortBy: 'CRITICAL', descending: true },
  { by: 'TITLE', sortBy: 'ALL', descending: false, titles: [{ comparison: 'PREFIX', value: 'CVE-2024' }] },
  { by: 'TITLE', sortBy: 'ALL', descending: true, vulnerabilityIds: [{ comparison: 'NOT_EQUALS', value: 'CVE-2024-1000' }] },
  { by: 'PACKAGE', sortBy: 'ALL', descending: true },
  { by: 'PACKAGE', sortBy: 'CRITICAL', descending: true, packageNames: [{ comparison: 'PREFIX', value: 'open' }] },
  { by: 'ACCOUNT', sortBy: 'ALL', descending: true, findingType: 'NETWORK_REACHABILITY' },
];

test.each(cases)('$by sorted by $sortBy (descending: $descending) counts what is there, page by page', async (asked) => {
  const rows = await pages(asked, 5);
  const counted = new Map(rows.map((row) => [`${row.account} ${row.group}`, [row.counts.all, row.counts.critical, row.counts.high]]));
  expect(counted.size).toBe(rows.length);
  expect([...counted].sort()).toEqual([...expected(asked)].sort());
  const sorted = rows.map((row) => row.counts[asked.sortBy.toLowerCase() as 'all' | 'critical' | 'high']);
  expect(sorted).toEqual([...sorted].sort((a, b) => (asked.descending ? b - a : a - b)));
});

test('closed and suppressed findings are not counted', async () => {
  const rows = await pages({ by: 'ACCOUNT', sortBy: 'ALL', descending: true }, 10);
  const active = estate.findings.filter((f) => f.columns['status'] === FINDING_STATUS.ACTIVE).length;
  expect(active).toBeLessThan(estate.findings.length);
  expect(rows.reduce((sum, row) => sum + row.counts.all, 0)).toBe(active);
});
