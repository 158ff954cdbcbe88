import type { Enrichment } from '@assay/core/advisory.ts';
import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { advisory, type Estate, estateOf, image } from '../findings/write/testdata/estate.ts';
import { assayOf } from '../http/testdata/callers.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';
import { claim } from '../jobs/queue.ts';
import { DUE, DUE_LANE, queueSweeps } from './policy.ts';
import { sweepDueDates } from './sweep.ts';

const DAY = 86_400_000;
const LOW = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';
const KEV: Enrichment = {
  id: 'CVE-2026-0001',
  kev: { dateAdded: '2026-05-20', dateDue: '2026-06-03', action: 'Patch.', ransomware: false, name: 'x' },
};
const RULES = [
  { name: 'CISA', exploited: true },
  { name: 'crown jewels', tagKey: 'tier', tagValue: '1', days: 1 },
  { name: 'running critical', severities: ['CRITICAL'], inUse: true, days: 7 },
  { name: 'critical', severities: ['CRITICAL'], days: 30 },
];

describe('due dates', () => {
  let service: TestService;
  let estate: Estate;
  const revisions = memoryRevisions();
  let now = 0;
  beforeEach(async () => {
    now = Date.parse('2026-06-01T00:00:00Z');
    service = await startTestService({ now: () => now });
    estate = estateOf(service.db, revisions);
    await revisions.publish(
      service.db.worker,
      [advisory('CVE-2026-0001', 'a', '2.0.0'), advisory('CVE-2026-0002', 'b', '2.0.0'), advisory('CVE-2026-0003', 'c', '2.0.0', LOW)],
      [KEV],
    );
    await scan('shop/web', ['a@1.0.0', 'b@1.0.0', 'c@1.0.0']);
  });
  afterEach(() => service.stop());

  const scan = (name: string, packages: readonly string[]) => {
    estate.now = now;
    return estate.scan(0, image(name, packages));
  };
  const call = (uri: string, input: object, role: 'viewer' | 'admin' = 'viewer') => assayOf(service, 0, role)(`due/${uri}`, input);
  async function sweep(chunk = 2): Promise<void> {
    await service.db.worker.query('update job set run_at = now() where kind = $1', [DUE]);
    const job = await claim(service.db.worker, DUE_LANE, { worker: 'w', leaseMs: 60_000 });
    expect(job).toBeDefined();
    await sweepDueDates(job!, { pool: service.db.worker, naming: estate.naming, now: () => now, chunk }, new AbortController().signal);
  }
  async function put(rules: readonly object[]): Promise<void> {
    expect((await call('policy/put', { rules }, 'admin')).status).toBe(200);
    await sweep();
  }
  type Listed = { vulnerabilityId: string; state: string; dueAt: number; rule: string; owner?: string };
  async function list(input: object = {}): Promise<string[]> {
    const { status, body } = await call('findings/list', input);
    expect(status).toBe(200);
    return (body['findings'] as Listed[]).map(
      (one) =>
        `${one.vulnerabilityId} ${one.state} ${new Date(one.dueAt * 1000).toISOString().slice(0, 10)} ${one.rule}${one.owner ? ` ${one.owner}` : ''}`,
    );
  }
  const told = async () =>
    (
      await service.db.worker.query<{ body: { vulnerabilityId: string } }>('select body from service_event where kind = 4 order by seq')
    ).rows.map((row) => row.body);

  it('nothing is due without a policy; the first rule that fits decides; what no rule fits has no date', async () => {
    expect(await list()).toEqual([]);
    await put(RULES);
    expect(await list()).toEqual(['CVE-2026-0001 DUE 2026-06-04 CISA', 'CVE-2026-0002 DUE 2026-07-01 critical']);
    expect((await call('policy/get', {})).body).toMatchObject({ rules: RULES, updatedBy: expect.stringContaining('arn:aws:iam') });
    await put([]);
    expect(await list()).toEqual([]);
  });

  it('follows use, tags and severity at the next sweep, and writes no finding', async () => {
    await put(RULES);
    const before = (await service.db.worker.query('select xmin, * from finding order by id')).rows;
    await service.db.worker.query('update resource set in_use_count = 2');
    await sweep();
    expect(await list()).toEqual(['CVE-2026-0001 DUE 2026-06-04 CISA', 'CVE-2026-0002 DUE 2026-06-08 running critical']);
    await service.db.worker.query("insert into resource_tag select account, id, 2, 'tier', '1' from resource");
    await sweep();
    expect(await list()).toEqual([
      'CVE-2026-0002 DUE 2026-06-02 crown jewels',
      'CVE-2026-0003 DUE 2026-06-02 crown jewels',
      'CVE-2026-0001 DUE 2026-06-04 CISA',
    ]);
    expect((await service.db.worker.query('select xmin, * from finding order by id')).rows).toEqual(before);
    const rows = async () => (await service.db.worker.query('select xmin, * from finding_due order by finding')).rows;
    const same = await rows();
    await sweep();
    expect(await rows()).toEqual(same);
  });

  it('tells once of each finding that becomes overdue, not of what a new policy finds late', async () => {
    await put(RULES);
    now += 10 * DAY;
    await sweep();
    await sweep();
    expect(await told()).toEqual([
      expect.objectContaining({
        state: 'OVERDUE',
        vulnerabilityId: 'CVE-2026-0001',
        severity: 'CRITICAL',
        rule: 'CISA',
        dueAt: '2026-06-04T00:00:00.000Z',
      }),
    ]);
    expect(await list({ states: ['OVERDUE'] })).toEqual(['CVE-2026-0001 OVERDUE 2026-06-04 CISA']);
    await put([{ name: 'all', days: 2 }]);
    expect(await list({ states: ['OVERDUE'] })).toHaveLength(3);
    await sweep();
    expect(await told()).toHaveLength(1);
    // A date that moves into the future and passes again is told again.
    await put([{ name: 'all', days: 20 }]);
    now += 30 * DAY;
    await sweep();
    expect(await told()).toHaveLength(4);
  });

  it('what closes late is a breach, in time is met; what is suppressed is no longer due, at once', async () => {
    await put([{ name: 'all', days: 5 }]);
    now += 2 * DAY;
    await scan('shop/web', ['b@1.0.0', 'c@1.0.0']);
    now += 10 * DAY;
    await scan('shop/web', ['c@1.0.0']);
    expect(await list()).toEqual(['CVE-2026-0003 OVERDUE 2026-06-06 all']);
    await sweep();
    const [met, breached] = ['CVE-2026-0001 MET 2026-06-06 all', 'CVE-2026-0002 BREACHED 2026-06-06 all'];
    expect(await list({ states: ['BREACHED', 'MET'] })).toEqual([met, breached]);
    expect(await list({ states: ['MET'] })).toEqual([met]);
    expect(await list({ states: ['BREACHED'] })).toEqual([breached]);
    expect(await list({ states: ['OVERDUE', 'MET'], maxResults: 1 })).toEqual([met]);
    expect((await call('owners/report', {})).body['owners']).toMatchObject([{ due: 0, overdue: 1, breached: 1, met: 1 }]);
    expect(await list()).toEqual(['CVE-2026-0003 OVERDUE 2026-06-06 all']);
    await service.db.worker.query('update finding set status = 2 where status = 1');
    expect(await list()).toEqual([]);
    await sweep();
    expect((await service.db.worker.query('select count(*)::int as n from finding_due')).rows).toEqual([{ n: 2 }]);
  });

  it('owners by repository and by tag; the report counts each; lists filter by owner', async () => {
    await scan('infra/100%_proxy', ['b@1.0.0']);
    await service.db.worker.query(
      "insert into resource_tag select account, id, 2, 'team', 'payments' from resource where repository like 'shop%'",
    );
    const owners = [{ repository: 'infra/100%_*', owner: 'platform' }, { tagKey: 'team' }];
    expect((await call('owners/put', { owners }, 'admin')).status).toBe(200);
    await put([
      { name: 'late', severities: ['CRITICAL'], days: 0 },
      { name: 'all', days: 9 },
    ]);
    expect((await call('owners/report', {})).body['owners']).toEqual([
      { owner: 'payments', due: 1, overdue: 2, breached: 0, met: 0, oldestOverdueAt: now / 1000 },
      { owner: 'platform', due: 0, overdue: 1, breached: 0, met: 0, oldestOverdueAt: now / 1000 },
    ]);
    expect(await list({ owners: ['platform'] })).toEqual(['CVE-2026-0002 OVERDUE 2026-06-01 late platform']);
    expect(await list({ severities: ['LOW'] })).toEqual(['CVE-2026-0003 DUE 2026-06-10 all payments']);
    expect(await list({ dueBefore: (now + DAY) / 1000 })).toHaveLength(3);
    expect(await list({ accountIds: ['000000000007'] })).toEqual([]);
  });

  it('pages through equal dates without losing or repeating one', async () => {
    await scan('other', ['a@1.0.0', 'b@1.0.0', 'c@1.0.0']);
    await put([{ name: 'all', days: 3 }]);
    const seen: string[] = [];
    let nextToken: unknown;
    do {
      const { body } = await call('findings/list', { maxResults: 4, ...(nextToken === undefined ? {} : { nextToken }) });
      seen.push(...(body['findings'] as { findingArn: string }[]).map((one) => one.findingArn));
      nextToken = body['nextToken'];
    } while (nextToken !== undefined);
    expect([seen.length, new Set(seen).size]).toEqual([6, 6]);
  });

  it('only admins set rules, and rules that cannot be meant are refused by field', async () => {
    expect((await call('policy/put', { rules: [] })).status).toBe(403);
    expect((await call('owners/put', { owners: [] })).status).toBe(403);
    const refused = async (uri: string, input: object) => (await call(uri, input, 'admin')).body['fields'];
    expect(
      await refused('policy/put', {
        rules: [
          { name: 'x', days: 1 },
          { name: 'x', days: 2 },
        ],
      }),
    ).toMatchObject([{ name: 'rules[1].name' }]);
    expect(await refused('policy/put', { rules: [{ name: 'x', tagValue: 'y', days: 1 }] })).toMatchObject([{ name: 'rules[0].tagKey' }]);
    expect(await refused('policy/put', { rules: [{ name: 'x', exploited: false }] })).toMatchObject([{ name: 'rules[0].days' }]);
    expect(await refused('policy/put', { rules: [{ name: 'x', days: 4000 }] })).toMatchObject([{ name: 'rules[0].days' }]);
    expect(await refused('owners/put', { owners: [{ owner: 'x' }] })).toMatchObject([{ name: 'owners[0].repository' }]);
    expect(await refused('owners/put', { owners: [{ repository: 'x' }] })).toMatchObject([{ name: 'owners[0].owner' }]);
  });

  it('forgets findings that are gone, and begins again where the chain of sweeps broke', async () => {
    await put(RULES);
    await service.db.worker.query('delete from finding');
    await service.db.worker.query('delete from job');
    await queueSweeps(service.db.worker);
    await sweep();
    expect((await service.db.worker.query('select from finding_due')).rows).toEqual([]);
    expect((await service.db.worker.query('select kind from job where state = 0')).rows).toEqual([{ kind: DUE }]);
  });
});
