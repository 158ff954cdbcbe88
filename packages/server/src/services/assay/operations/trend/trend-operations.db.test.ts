import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AssayCaller, startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const seconds = (text: string): number => Date.parse(text) / 1000;
let service: TestService;
let viewer: AssayCaller;

/** One CRITICAL finding that was open from the 10th to the 12th, one HIGH that is open since the 20th. */
beforeAll(async () => {
  service = await startTestService({ now: () => NOW });
  viewer = await service.callerOf({ account: 7, name: 'v', role: 'viewer' });
  const { owner } = service.db;
  await owner.query(
    `insert into issue (id, kind, name, source, doc, revision) overriding system value values (1, 1, 'CVE-2026-1', 's', '{}', 1)`,
  );
  await owner.query(
    `insert into resource (account, id, kind, arn, scan_status, scan_reason, repository) overriding system value values (7, 1, 2, 'arn', 1, 1, 'shop')`,
  );
  await owner.query(
    `insert into finding (account, id, resource, issue, spot, kind, status, severity, first_at, last_at, updated_at, closed_at) overriding system value values
       (7, 1, 1, 1, 0, 1, 3, 5, '2026-11-10Z', '2026-11-10Z', '2026-11-12Z', '2026-11-12Z'),
       (7, 2, 1, 1, 1, 1, 1, 4, '2026-11-20Z', '2026-11-20Z', '2026-11-20Z', null)`,
  );
  await owner.query(
    `insert into finding_event (account, resource, finding, at, kind, actor, change) values
       (7, 1, 1, '2026-11-10Z', 1, 't', '{"status": [null, 1], "severity": [null, 5]}'),
       (7, 1, 1, '2026-11-12Z', 2, 't', '{"status": [1, 3]}'),
       (7, 1, 2, '2026-11-20Z', 1, 't', '{"status": [null, 1], "severity": [null, 4]}')`,
  );
});
afterAll(() => service?.stop());

interface Trend {
  readonly accountId?: string;
  readonly days: { date: string; active: Record<string, number>; opened: { all: number }; closed: { all: number } }[];
}
const trends = async (input: unknown, caller = viewer) => (await caller('/assay/trends/findings', input)).body['trends'] as Trend[];

it('tells every day of the last thirty, or of those asked for', async () => {
  const [trend] = await trends({});
  expect(trend!.days).toHaveLength(30);
  expect(trend!.days.at(-1)).toMatchObject({ date: '2026-11-22', active: { all: 1, high: 1, critical: 0 } });
  const [grouped, ...others] = await trends({
    groupBy: 'ACCOUNT',
    startTime: seconds('2026-11-09T23:59:00Z'),
    endTime: seconds('2026-11-12'),
  });
  expect(others).toEqual([]);
  expect(grouped!.accountId).toBe('000000000007');
  expect(grouped!.days.map(({ date, active, opened, closed }) => [date, active['critical'], opened.all, closed.all])).toEqual([
    ['2026-11-09', 0, 0, 0],
    ['2026-11-10', 1, 1, 0],
    ['2026-11-11', 1, 0, 0],
    ['2026-11-12', 0, 0, 1],
  ]);
});

it('tells how long remediation took, and what moved', async () => {
  const twoDays = { findings: 1, meanSeconds: 172_800, medianSeconds: 172_800 };
  expect((await viewer('/assay/trends/remediation')).body).toEqual({ all: twoDays, bySeverity: [{ severity: 'CRITICAL', ...twoDays }] });
  expect((await viewer('/assay/trends/remediation', { endTime: seconds('2026-11-11') })).body).toEqual({ bySeverity: [] });
  const movers = (await viewer('/assay/trends/movers', { by: 'REPOSITORY' })).body['movers'];
  expect(movers).toEqual([{ name: 'shop', opened: 2, closed: 1 }]);
});

it('shows nobody another account’s, and refuses spans that cannot be', async () => {
  const stranger = await service.callerOf({ account: 8, name: 's', role: 'admin' });
  expect((await trends({ accountIds: ['000000000007'], groupBy: 'ACCOUNT' }, stranger)).length).toBe(0);
  const [empty] = await trends({ accountIds: ['000000000007'] }, stranger);
  expect(empty!.days.every((day) => day.active['all'] === 0)).toBe(true);
  expect((await stranger('/assay/trends/movers', { by: 'VULNERABILITY' })).body).toEqual({ movers: [] });
  for (const span of [{ startTime: seconds('2026-11-23') }, { startTime: 0 }]) {
    const { status, body } = await viewer('/assay/trends/findings', span);
    expect([status, (body['fields'] as { name: string }[])[0]?.name]).toEqual([400, 'startTime']);
  }
});
