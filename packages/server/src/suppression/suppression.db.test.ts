import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import {
  CreateFilterCommand,
  type CreateFilterCommandInput,
  DeleteFilterCommand,
  type FilterCriteria,
  Inspector2Client,
  ListFiltersCommand,
  ListFindingAggregationsCommand,
  ListFindingsCommand,
  UpdateFilterCommand,
} from '@aws-sdk/client-inspector2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluate } from '../findings/write/evaluate.ts';
import { advisory, type Estate, estateOf, image } from '../findings/write/testdata/estate.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';
import { claim } from '../jobs/queue.ts';
import { SETTLE_LANE } from './filter-row.ts';
import { retry } from './retry.ts';
import { holdRules } from './rules.ts';
import { settle } from './settling.ts';

const DAY = 86_400_000;
const named = (value: string): FilterCriteria => ({ vulnerabilityId: [{ comparison: 'EQUALS', value }] });

describe('suppression rules', () => {
  let service: TestService;
  let revisions: MemoryRevisions;
  let estate: Estate;
  let client: Inspector2Client;
  beforeEach(async () => {
    revisions = memoryRevisions();
    service = await startTestService({ now: () => estate?.now ?? Date.now() });
    estate = estateOf(service.db, revisions);
    estate.now = Date.now();
    const text = readFileSync(path.join(service.folder, 'credentials'), 'utf8');
    const value = (name: string): string => new RegExp(`^${name} = (\\S+)$`, 'm').exec(text)![1]!;
    const credentials = { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
    client = new Inspector2Client({ endpoint: service.server.address, region: 'us-east-1', credentials, maxAttempts: 1 });
    await revisions.publish(service.db.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-2', 'b', '2.0.0')]);
  });
  afterEach(async () => {
    client.destroy();
    await service.stop();
  });

  const scan = (name: string, packages: readonly string[]) => estate.scan(0, image(name, packages));
  const found = () => estate.findings(0);
  const suppress = async (name: string, filterCriteria: FilterCriteria) =>
    (await client.send(new CreateFilterCommand({ name, action: 'SUPPRESS', filterCriteria, reason: 'agreed' }))).arn!;
  const events = async () =>
    (await service.db.worker.query('select kind, actor, change from finding_event where kind > 4 or change ? $1 order by seq', ['rule']))
      .rows;
  const job = async () => {
    await service.db.worker.query("update job set run_at = now() - interval '1 second'");
    const next = await claim(service.db.worker, SETTLE_LANE, { worker: 'w', leaseMs: 60_000 });
    if (next !== undefined)
      await settle(next, { pool: service.db.worker, naming: estate.naming, now: () => estate.now }, new AbortController().signal);
    return next !== undefined;
  };

  const retryAll = async () => {
    for (;;) {
      const next = await claim(service.db.worker, SETTLE_LANE, { worker: 'w', leaseMs: 60_000 });
      if (next === undefined) return;
      await retry(next, { pool: service.db.worker, naming: estate.naming, now: () => estate.now }, new AbortController().signal);
    }
  };

  it('hides what is there before it answers, and what comes later as it comes', async () => {
    await scan('one', ['a@1.0.0', 'b@1.0.0']);
    const arn = await suppress('rule', named('CVE-2026-1'));
    expect(arn).toMatch(/^arn:aws:inspector2:us-east-1:000000000000:owner\/000000000000\/filter\/[0-9a-f]{16}$/);
    expect(await found()).toEqual(['ACTIVE CVE-2026-2 one b@1.0.0', 'SUPPRESSED CVE-2026-1 one a@1.0.0']);
    await scan('two', ['a@1.0.0']);
    expect((await found()).filter((line) => line.startsWith('SUPPRESSED'))).toHaveLength(2);
    expect(await events()).toEqual([
      { kind: 5, actor: 'rule', change: { status: [1, 2], rule: 1 } },
      { kind: 1, actor: 'scan', change: expect.objectContaining({ status: [null, 2], rule: 1 }) },
    ]);
    const list = await client.send(
      new ListFindingsCommand({ filterCriteria: { findingStatus: [{ comparison: 'EQUALS', value: 'ACTIVE' }] } }),
    );
    expect(list.findings).toHaveLength(1);
  });

  it('a rule that is changed or deleted opens what it hid, once more told, unless another rule hides it', async () => {
    await scan('one', ['a@1.0.0', 'b@1.0.0']);
    const first = await suppress('first', named('CVE-2026-1'));
    const second = await suppress('second', { ecrImageRepositoryName: [{ comparison: 'PREFIX', value: 'on' }] });
    expect(await found()).toEqual(['SUPPRESSED CVE-2026-1 one a@1.0.0', 'SUPPRESSED CVE-2026-2 one b@1.0.0']);
    await client.send(new DeleteFilterCommand({ arn: first }));
    expect((await found()).every((line) => line.startsWith('SUPPRESSED'))).toBe(true);
    await client.send(new UpdateFilterCommand({ filterArn: second, filterCriteria: named('CVE-2026-2') }));
    expect(await found()).toEqual(['ACTIVE CVE-2026-1 one a@1.0.0', 'SUPPRESSED CVE-2026-2 one b@1.0.0']);
    await client.send(new UpdateFilterCommand({ filterArn: second, action: 'NONE' }));
    expect((await found()).every((line) => line.startsWith('ACTIVE'))).toBe(true);
    expect((await events()).map(({ kind, change }) => [kind, change.status])).toEqual([
      [5, [1, 2]],
      [5, [1, 2]],
      [6, [2, 1]],
      [6, [2, 1]],
    ]);
    expect((await service.db.worker.query('select name, applied from filter')).rows).toEqual([{ name: 'second', applied: true }]);
    await expect(client.send(new DeleteFilterCommand({ arn: first }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('a hidden finding that is remediated closes, and comes back hidden', async () => {
    await scan('one', ['a@1.0.0']);
    await suppress('rule', named('CVE-2026-1'));
    await scan('one', ['a@2.0.0']);
    expect(await found()).toEqual(['CLOSED CVE-2026-1 one a@1.0.0']);
    estate.now += DAY;
    await scan('one', ['a@1.5.0']);
    expect(await found()).toEqual(['SUPPRESSED CVE-2026-1 one a@1.5.0']);
    expect((await events()).at(-1)).toMatchObject({ kind: 3, change: { status: [3, 2], rule: 1 } });
  });

  it('a finding that changes is judged anew', async () => {
    await scan('one', ['a@1.0.0']);
    await suppress('rule', { severity: [{ comparison: 'EQUALS', value: 'CRITICAL' }] });
    expect(await found()).toEqual(['SUPPRESSED CVE-2026-1 one a@1.0.0']);
    const low = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';
    await revisions.publish(service.db.worker, [advisory('CVE-2026-1', 'a', '2.0.0', low)]);
    await evaluate({ pool: service.db.worker, revisions, ctx: estate.ctx, naming: estate.naming });
    expect(await found()).toEqual(['ACTIVE CVE-2026-1 one a@1.0.0']);
    expect((await events()).at(-1)).toMatchObject({ kind: 6, actor: 'evaluation', change: { status: [2, 1], severity: [5, 2] } });
  });

  it('the job of a rule does what a request left, and an applied rule is left alone', async () => {
    for (let n = 0; n < 3; n++) await scan(`app${n}`, ['a@1.0.0']);
    await suppress('rule', named('CVE-2026-1'));
    await service.db.worker.query('update finding set status = 1, rule = null; ');
    await service.db.worker.query('update filter set applied = false');
    expect(await job()).toBe(true);
    expect((await found()).every((line) => line.startsWith('SUPPRESSED'))).toBe(true);
    expect((await service.db.worker.query('select applied from filter')).rows).toEqual([{ applied: true }]);
    expect(await job()).toBe(false);
  });

  it('a rule that its job has not applied yet holds for every reader already, and so does its end', async () => {
    await scan('one', ['a@1.0.0', 'b@1.0.0']);
    const listed = async (status: string) => {
      const filterCriteria = { findingStatus: [{ comparison: 'EQUALS', value: status }] } as FilterCriteria;
      const { findings } = await client.send(new ListFindingsCommand({ filterCriteria }));
      expect(findings?.every((one) => one.status === status)).toBe(true);
      return findings?.map((one) => one.packageVulnerabilityDetails?.vulnerabilityId);
    };
    const counted = async () => {
      const { responses } = await client.send(new ListFindingAggregationsCommand({ aggregationType: 'ACCOUNT' }));
      return responses?.[0]?.accountAggregation?.severityCounts?.all ?? 0;
    };
    await suppress('rule', named('CVE-2026-1'));
    await service.db.worker.query('update finding set status = 1, rule = null');
    await service.db.worker.query('update filter set applied = false');
    expect([await listed('ACTIVE'), await listed('SUPPRESSED'), await counted()]).toEqual([['CVE-2026-2'], ['CVE-2026-1'], 1]);
    await job();
    expect([await listed('ACTIVE'), await listed('SUPPRESSED'), await counted()]).toEqual([['CVE-2026-2'], ['CVE-2026-1'], 1]);
    await service.db.worker.query('update filter set applied = false, in_force = false');
    expect([await listed('ACTIVE'), await listed('SUPPRESSED'), await counted()]).toEqual([['CVE-2026-1', 'CVE-2026-2'], [], 2]);
  });

  it('a fact of the resource or of the vulnerability that changes makes rules about it be tried again', async () => {
    const enriched = (score: number) => ({ id: 'CVE-2026-1', epss: { score, date: '2026-01-01' } });
    const known = [advisory('CVE-2026-1', 'a', '2.0.0')];
    const publish = async (score: number) => {
      await revisions.publish(service.db.worker, known, [enriched(score)]);
      await evaluate({ pool: service.db.worker, revisions, ctx: estate.ctx, naming: estate.naming });
      await service.db.worker.query("update job set run_at = now() - interval '1 second'");
      const next = await claim(service.db.worker, SETTLE_LANE, { worker: 'w', leaseMs: 60_000 });
      const deps = { pool: service.db.worker, naming: estate.naming, now: () => estate.now };
      if (next !== undefined) await retry(next, deps, new AbortController().signal);
      return next?.kind;
    };
    await publish(0.5);
    await scan('one', ['a@1.0.0']);
    expect(await publish(0.6)).toBe('retry-rules');
    await suppress('unlikely', { epssScore: [{ upperInclusive: 0.1 }] });
    await service.db.worker.query('delete from job');
    expect(await publish(0.05)).toBe('retry-rules');
    expect(await found()).toEqual(['SUPPRESSED CVE-2026-1 one a@1.0.0']);
    await publish(0.7);
    expect(await found()).toEqual(['ACTIVE CVE-2026-1 one a@1.0.0']);
    await suppress('tagged', { ecrImageTags: [{ comparison: 'EQUALS', value: 'old' }] });
    const inventory = image('one', ['a@1.0.0']);
    await estate.scan(0, { ...inventory, subject: { ...inventory.subject, tags: ['old'] } as never });
    expect(await found()).toEqual(['SUPPRESSED CVE-2026-1 one a@1.0.0']);
    const stamp = async () => (await service.db.worker.query('select xmin, ctid from finding')).rows;
    const before = await stamp();
    await estate.scan(0, inventory);
    expect(await stamp()).toEqual(before);
  });

  it('a tag that moves to another image takes the rules about it along', async () => {
    const tagged = (digest: string) => {
      const inventory = image('one', ['a@1.0.0']);
      return estate.scan(0, {
        ...inventory,
        subject: { ...inventory.subject, tags: ['latest', 'stable'], digest: `sha256:${digest.repeat(64)}` } as never,
      });
    };
    const states = async () => (await service.db.worker.query('select status from finding order by id')).rows.map((row) => row.status);
    await tagged('1');
    await suppress('latest', { ecrImageTags: [{ comparison: 'EQUALS', value: 'latest' }] });
    await service.db.worker.query('delete from job');
    estate.now += 1000;
    await tagged('2');
    expect(await states()).toEqual([2, 2]);
    await retryAll();
    expect(await states()).toEqual([1, 2]);
  });

  it('of two updates that wait to be judged each is, though both begin and end with the same vulnerability', async () => {
    const known = ['a', 'b', 'c', 'd'].map((name, n) => advisory(`CVE-2026-${n + 1}`, name, '2.0.0'));
    const publish = async (likely: readonly number[]) => {
      const enriched = [1, 2, 3, 4].map((n) => ({
        id: `CVE-2026-${n}`,
        epss: { score: likely.includes(n) ? 0.9 : 0.01, date: '2026-01-01' },
      }));
      await revisions.publish(service.db.worker, known, enriched);
      await evaluate({ pool: service.db.worker, revisions, ctx: estate.ctx, naming: estate.naming });
    };
    await publish([]);
    await scan('one', ['a@1.0.0', 'b@1.0.0', 'c@1.0.0', 'd@1.0.0']);
    await suppress('likely', { epssScore: [{ lowerInclusive: 0.5 }] });
    await service.db.worker.query('delete from job');
    await publish([1, 2, 4]);
    await publish([2, 3]);
    await publish([1, 2, 3, 4]);
    await retryAll();
    expect((await found()).map((line) => line.split(' ', 1)[0])).toEqual(['SUPPRESSED', 'SUPPRESSED', 'SUPPRESSED', 'SUPPRESSED']);
  });

  it('a rule that ends waits for no resource while others wait for its rules', async () => {
    await scan('one', ['a@1.0.0']);
    await suppress('rule', named('CVE-2026-1'));
    await service.db.worker.query('update filter set expires_at = $1', [new Date(estate.now - DAY)]);
    const writer = await service.db.worker.connect();
    try {
      await writer.query('begin; select from resource for update');
      const ending = job();
      const waits = "select from pg_locks where not granted and locktype = 'transactionid'";
      while ((await service.db.owner.query(waits)).rows.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await holdRules(writer, [0]);
      await writer.query('commit');
      expect(await ending).toBe(true);
    } finally {
      writer.release(true);
    }
    expect(await found()).toEqual(['ACTIVE CVE-2026-1 one a@1.0.0']);
  });

  it('the rule of a delegated administrator hides findings of its members, who cannot make any', async () => {
    const db = service.db.owner;
    await db.query("insert into account (account, name, organization) values (7, 'member', 0), (8, 'other', 0)");
    await db.query('insert into member (account, administrator, status, updated_at) values (7, 0, 1, now())');
    for (const account of [0, 7, 8]) await estate.scan(account, image('one', ['a@1.0.0']));
    const arn = await suppress('rule', named('CVE-2026-1'));
    const states = async () => (await db.query('select status from finding order by account')).rows.map((row) => row.status);
    expect(await states()).toEqual([2, 2, 1]);
    await estate.scan(7, image('two', ['a@1.0.0']));
    await estate.scan(8, image('two', ['a@1.0.0']));
    expect(await states()).toEqual([2, 2, 2, 1, 1]);
    await db.query('update member set administrator = 8 where account = 7; update filter set applied = false');
    await job();
    expect(await states()).toEqual([2, 1, 1, 1, 1]);
    await db.query('update member set account = 0, administrator = 7');
    await expect(client.send(new DeleteFilterCommand({ arn }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(suppress('mine', named('CVE-2026-2'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('a rule ends when its time is over', async () => {
    await scan('one', ['a@1.0.0']);
    await suppress('rule', named('CVE-2026-1'));
    await service.db.worker.query('update filter set expires_at = $1', [new Date(estate.now + DAY)]);
    while (await job()) if ((await service.db.worker.query('select from job where run_at > now()')).rows.length > 0) break;
    expect(await found()).toEqual(['SUPPRESSED CVE-2026-1 one a@1.0.0']);
    estate.now += 2 * DAY;
    expect(await job()).toBe(true);
    expect(await found()).toEqual(['ACTIVE CVE-2026-1 one a@1.0.0']);
    const told = await service.db.worker.query("select actor, body->>'change' as change from service_event where kind = 3 order by seq");
    expect(told.rows).toEqual([
      { actor: 'arn:aws:iam::000000000000:user/admin', change: 'CREATED' },
      { actor: 'expiry', change: 'EXPIRED' },
    ]);
  });

  it('lists filters with their tags, in pages, and refuses what cannot be', async () => {
    const tags = { team: 'blue' };
    const input: CreateFilterCommandInput = {
      name: 'saved',
      action: 'NONE',
      filterCriteria: { firstObservedAt: [{ endInclusive: new Date(1_700_000_000_000) }] },
      tags,
    };
    const { arn } = await client.send(new CreateFilterCommand({ ...input, description: 'all of it' }));
    const other = await suppress('rule', named('CVE-2026-1'));
    const all = await client.send(new ListFiltersCommand({}));
    expect(all.filters).toEqual([
      {
        ...{ arn, ownerId: '000000000000', name: 'saved', action: 'NONE', criteria: input.filterCriteria, description: 'all of it', tags },
        ...{ createdAt: expect.any(Date), updatedAt: expect.any(Date) },
      },
      expect.objectContaining({ arn: other, action: 'SUPPRESS', reason: 'agreed' }),
    ]);
    const one = await client.send(new ListFiltersCommand({ maxResults: 1 }));
    expect((await client.send(new ListFiltersCommand({ maxResults: 1, nextToken: one.nextToken }))).filters?.map((f) => f.arn)).toEqual([
      other,
    ]);
    expect((await client.send(new ListFiltersCommand({ action: 'SUPPRESS' }))).filters).toHaveLength(1);
    expect((await client.send(new ListFiltersCommand({ arns: [arn!, 'arn:nothing'] }))).filters).toHaveLength(1);
    await expect(client.send(new CreateFilterCommand(input))).rejects.toMatchObject({ name: 'BadRequestException' });
    await expect(client.send(new UpdateFilterCommand({ filterArn: other, name: 'saved' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(suppress('everything', {})).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(suppress('x', { updatedAt: [{ startInclusive: new Date(0) }] })).rejects.toThrow(/updatedAt/);
    await expect(client.send(new UpdateFilterCommand({ filterArn: arn?.replace(/.$/, 'f') }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
