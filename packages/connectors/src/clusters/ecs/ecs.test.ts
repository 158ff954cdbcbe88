import type { ClusterReport } from '@assay/core/running.ts';
import { clusterConformance, rowsOf, watchUntil } from '@assay/testkit/cluster-conformance.ts';
import { type FakeEcs, fakeEcs } from '@assay/testkit/fake-ecs.ts';
import { localMachine } from '@assay/testkit/source-context.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ecs } from './ecs.ts';

const KEY = 'AKIAABCDEFGHIJKLMNOP';
const cluster = (name: string, account = '111122223333', partition = 'aws'): string =>
  `arn:${partition}:ecs:us-east-1:${account}:cluster/${name}`;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const seconds = (ago: number): number => Math.floor(Date.now() / 1000) - ago;

/** As ECS writes it: dates are seconds. */
function task(of: string, id: string, more: object = {}) {
  const definition = of.replace(':cluster/', ':task-definition/').replace(/[^/]*$/, 'web:7');
  return {
    ...{
      taskArn: `${of.replace(':cluster/', ':task/')}/${id}`,
      clusterArn: of,
      taskDefinitionArn: definition,
      group: 'service:web',
      version: 3,
    },
    ...{ lastStatus: 'RUNNING', platformFamily: 'Linux', startedAt: seconds(600) },
    attributes: [{ name: 'ecs.cpu-architecture', value: 'arm64' }],
    containers: [{ name: 'app', image: 'registry.example/web:2', imageDigest: digest('a'), lastStatus: 'RUNNING', runtimeId: 'r' }],
    ...more,
  };
}

let there: FakeEcs;
const config = (more: object = {}) => ({ regions: 'us-east-1', accessKeyId: KEY, endpoint: there.endpoint, pollSeconds: '15', ...more });
/** Pauses between two looks and between two requests are kept short. */
const sleep = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
const world = (more: object = {}) => ({ config: config(more), context: { secret: 'secret', sleep } });

clusterConformance(ecs, async () => {
  const fake = await fakeEcs();
  const shop = cluster('shop');
  fake.accounts.set(`${KEY} us-east-1`, new Map([[shop, [task(shop, 'one')]]]));
  return {
    config: { regions: 'us-east-1', accessKeyId: KEY, endpoint: fake.endpoint },
    context: { secret: 'secret', sleep },
    answer: (reply) => {
      fake.reply = reply;
    },
    start: () => {
      const containers = [{ image: 'db:1', imageDigest: digest('d'), lastStatus: 'RUNNING', runtimeId: 'x' }];
      fake.accounts
        .get(`${KEY} us-east-1`)!
        .get(shop)!
        .push(task(shop, 'two', { group: 'family:db', containers }));
    },
    close: fake.close,
  };
});

describe('ECS', () => {
  let clusters: Map<string, ReturnType<typeof task>[]>;
  const shop = cluster('shop');
  beforeEach(async () => {
    there = await fakeEcs();
    clusters = new Map([[shop, []]]);
    there.accounts.set(`${KEY} us-east-1`, clusters);
  });
  afterEach(() => there.close());
  const looks = (many: number) => (reports: readonly ClusterReport[]) => reports.filter(({ kind }) => kind === 'health').length >= many;
  const rows = async (more: object = {}, many = 1) => [...rowsOf(await watchUntil(ecs, world(more), looks(many))).values()];

  it('tells services and tasks with definition, platform and digest', async () => {
    clusters.set(shop, [
      task(shop, 'a'),
      task(shop, 'b'),
      task(shop, 'c', { group: 'family:web', attributes: [], platformFamily: 'Windows_Server_2022_Core' }),
    ]);
    const told = (await rows()).sort((a, b) => b.running - a.running);
    expect(told).toMatchObject([
      {
        ...{ workload: { kind: 'Service', name: 'web' }, definition: 'arn:aws:ecs:us-east-1:111122223333:task-definition/web:7' },
        ...{ image: 'registry.example/web:2', imageId: digest('a'), platform: 'linux/arm64', running: 2, stopped: [] },
      },
      { workload: { kind: 'Task', name: 'family:web' }, platform: '', running: 1 },
    ]);
  });

  it('tells tasks that ended, containers without a digest, and nothing of what never started', async () => {
    const ended = { desiredStatus: 'STOPPED', lastStatus: 'STOPPED', stoppedAt: seconds(50) };
    const container = (more: object) => [{ name: 'app', image: 'old:1', lastStatus: 'RUNNING', runtimeId: 'r', ...more }];
    clusters.set(shop, [
      task(shop, 'ended', { ...ended, containers: container({ lastStatus: 'STOPPED', imageDigest: digest('e') }) }),
      task(shop, 'unpulled', {
        ...ended,
        startedAt: undefined,
        containers: container({ image: 'gone:1', lastStatus: 'STOPPED', runtimeId: undefined }),
      }),
      task(shop, 'pending', {
        lastStatus: 'PENDING',
        startedAt: undefined,
        containers: container({ image: 'next:1', lastStatus: 'PENDING', runtimeId: undefined }),
      }),
      task(shop, 'old-agent', { containers: container({}) }),
      task(shop, 'stopping', { desiredStatus: 'STOPPED', containers: container({ image: 'late:1', imageDigest: digest('f') }) }),
    ]);
    const told = (await rows()).map(({ image, imageId, running, stopped }) => [image, imageId, running, stopped.length]).sort();
    expect(told).toEqual([
      ['late:1', digest('f'), 1, 0],
      ['old:1', '', 1, 0],
      ['old:1', digest('e'), 0, 1],
    ]);
  });

  it('reads every page, and does not describe again what cannot have changed', async () => {
    clusters.set(
      shop,
      Array.from({ length: 250 }, (_, at) => task(shop, `t${at}`)),
    );
    for (let at = 0; at < 120; at++) clusters.set(cluster(`empty-${at}`), []);
    const reports = await watchUntil(ecs, world(), looks(121));
    expect(reports.filter(({ kind }) => kind === 'snapshot').length).toBe(121);
    expect([...rowsOf(reports).values()]).toMatchObject([{ running: 250 }]);
    expect(there.requests.filter((request) => request.startsWith('ListTasks') && request.includes('/shop RUNNING')).length).toBe(3);
    clusters.clear();
    clusters.set(shop, [
      task(shop, 'same'),
      task(shop, 'new-agent', { containers: [{ image: 'x', lastStatus: 'RUNNING', runtimeId: 'r' }] }),
    ]);
    there.requests.length = 0;
    await watchUntil(ecs, world(), looks(4));
    expect(there.requests.filter((request) => request.startsWith('DescribeTasks')).length).toBe(4);
    clusters.set(shop, [task(shop, 'same')]);
    there.requests.length = 0;
    await watchUntil(ecs, world(), looks(4));
    expect(there.requests.filter((request) => request.startsWith('DescribeTasks')).length).toBe(1);
  });

  it('tells a cluster that becomes empty, and one that is deleted only when it is gone indeed', async () => {
    const other = cluster('other');
    clusters.set(shop, [task(shop, 'a')]);
    clusters.set(other, [task(other, 'b')]);
    const steps = [
      () => there.unlisted.add(other),
      () => clusters.set(shop, []),
      () => {
        there.unlisted.clear();
        clusters.delete(other);
      },
    ];
    const told: string[] = [];
    const reports = await watchUntil(ecs, world(), (all) => {
      if (all.at(-1)?.kind !== 'health' || all.at(-1)?.cluster.uid !== shop)
        return all.some((one) => one.kind === 'health' && one.health.gone === true);
      told.push(
        [...rowsOf(all).entries()]
          .map(([key, { running }]) => `${/\/(\w+) /.exec(key)?.[1]} ${running}`)
          .sort()
          .join(', '),
      );
      if (all.length > 3) steps.shift()?.();
      return false;
    });
    expect([...new Set(told)]).toEqual(['shop 1', 'other 1, shop 1', 'other 1, shop 0']);
    expect(reports.slice(-2)).toMatchObject([
      { kind: 'snapshot', cluster: { uid: other }, images: [] },
      { kind: 'health', cluster: { uid: other }, health: { gone: true, problems: ['The cluster was deleted.'] } },
    ]);
  });

  it('waits when it is throttled', async () => {
    clusters.set(shop, [task(shop, 'a')]);
    // The SDK waits by the real clock.
    there.throttle = 1;
    expect(await rows()).toMatchObject([{ running: 1 }]);
    expect(there.requests.filter((request) => request.startsWith('ListClusters'))).toHaveLength(2);
  });

  it('reads several accounts and regions by their roles, in whatever partition, and goes on when one of them refuses', async () => {
    const role = (account: string): string => `arn:aws-us-gov:iam::${account}:role/assay`;
    for (const [account, key] of [
      ['111122223333', 'AKIAFIRSTFIRSTFIRSTA'],
      ['444455556666', 'AKIASECONDSECONDSECO'],
    ] as const) {
      there.roles.set(role(account), { key, externalId: 'shared' });
      for (const region of ['us-gov-east-1', 'us-gov-west-1']) {
        const arn = `arn:aws-us-gov:ecs:${region}:${account}:cluster/shop`;
        there.accounts.set(`${key} ${region}`, new Map([[arn, [task(arn, 'a')]]]));
      }
    }
    const roles = ['111122223333', '444455556666', '777788889999'].map(role).join(', ');
    const more = { regions: 'us-gov-east-1, us-gov-west-1', roles, externalId: 'shared' };
    const reports = await watchUntil(ecs, world(more), (all) => {
      const whole = new Set(all.filter(({ kind }) => kind === 'snapshot').map(({ cluster }) => cluster.uid)).size === 4;
      return whole && all.some((one) => one.kind === 'health' && one.health.problems.length === 2);
    });
    const uids = [...new Set(reports.map(({ cluster }) => cluster.uid))].sort();
    expect(uids[0]).toBe('arn:aws-us-gov:ecs:us-gov-east-1:111122223333:cluster/shop');
    expect(uids.length).toBe(4);
    const health = reports.flatMap((one) => (one.kind === 'health' ? one.health.problems : []));
    expect(health[0]).toMatch(/^arn:aws-us-gov:iam::777788889999:role\/assay in us-gov-\w+-1: AWS does not let us/);
    await expect(rows({ accessKeyId: 'AKIANOBODYNOBODYNOBO' })).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('reads as whoever the machine is to AWS, where the machine is there to be asked, also to take a role', async () => {
    const config = { regions: 'us-east-1', credentials: 'machine', endpoint: there.endpoint, pollSeconds: '15' };
    clusters.set(shop, [task(shop, 'a')]);
    const asked: string[] = [];
    const machine = localMachine({
      awsKeys: async (region) => {
        asked.push(region);
        return { accessKeyId: KEY, secretAccessKey: 'secret', sessionToken: 'session' };
      },
    });
    const as = async (more: object) => [
      ...rowsOf(await watchUntil(ecs, { config: { ...config, ...more }, context: { sleep, machine } }, looks(1))).values(),
    ];
    expect(await as({})).toMatchObject([{ running: 1 }]);
    const role = 'arn:aws:iam::444455556666:role/assay';
    there.roles.set(role, { key: 'AKIASECONDSECONDSECO', externalId: 'shared' });
    there.accounts.set('AKIASECONDSECONDSECO us-east-1', new Map([[shop, [task(shop, 'b'), task(shop, 'c')]]]));
    expect(await as({ roles: role, externalId: 'shared' })).toMatchObject([{ running: 2 }]);
    expect(asked).toEqual(['us-east-1', 'us-east-1']);
    const borrowed = watchUntil(ecs, { config, context: { sleep } }, looks(1));
    await expect(borrowed).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('account that owns the installation'),
    });
  });

  describe('hears of changes through a queue', () => {
    const event = (detail: object, more: object = {}): string =>
      JSON.stringify({ 'detail-type': 'ECS Task State Change', source: 'aws.ecs', time: new Date().toISOString(), detail, ...more });
    /** As events write it: dates are texts. */
    const started = (id: string, more: object = {}) => task(shop, id, { startedAt: new Date(Date.now() - 1000).toISOString(), ...more });
    const stopped = {
      ...{ lastStatus: 'STOPPED', desiredStatus: 'STOPPED', version: 9, stoppedAt: new Date().toISOString() },
      containers: [{ name: 'app', image: 'registry.example/web:2', imageDigest: digest('a'), lastStatus: 'STOPPED', runtimeId: 'r' }],
    };
    /** Looks only at the beginning: whatever is told later was heard. */
    const hearing = (enough: (reports: readonly ClusterReport[]) => boolean, more: object = {}) => {
      const once = async (milliseconds: number, signal?: AbortSignal): Promise<void> =>
        milliseconds > 5000 ? await new Promise((resolve) => signal?.addEventListener('abort', () => resolve())) : await sleep();
      const settings = config({ queueUrl: `${there.endpoint}/queue`, pollSeconds: '120', ...more });
      return watchUntil(ecs, { config: settings, context: { secret: 'secret', sleep: once } }, enough);
    };
    const running = (reports: readonly ClusterReport[]): number => [...rowsOf(reports).values()].reduce((sum, row) => sum + row.running, 0);
    const told = (reports: readonly ClusterReport[]): boolean => reports.some(({ kind }) => kind === 'health');

    it('tells what started and what ended without asking for it, and takes the messages from the queue', async () => {
      clusters.set(shop, [task(shop, 'a'), task(shop, 'b')]);
      let looked = false;
      const reports = await hearing((all) => {
        if (told(all) && !looked) {
          looked = true;
          there.requests.length = 0;
          there.queue.push(event(started('c')), event({ ...task(shop, 'a'), ...stopped }), event({ ...task(shop, 'b'), ...stopped }));
          there.queue.push(JSON.stringify({ Type: 'Notification', Message: event(started('d')) }));
        }
        return looked && [...rowsOf(all).values()].some((row) => row.running === 2 && row.stopped[0]?.count === 2);
      });
      expect(reports.at(-1)).toMatchObject({ kind: 'change', cluster: { uid: shop }, images: [{ imageId: digest('a'), running: 2 }] });
      expect(there.requests.filter((request) => !/Message/.test(request))).toEqual([]);
      await expect.poll(() => there.taken.size).toBe(0);
    });

    it('believes the younger of an event and a description, and no event about what was over before it looked', async () => {
      clusters.set(shop, [task(shop, 'a', { version: 5 })]);
      const old = new Date(Date.now() - 120_000).toISOString();
      let looked = false;
      const reports = await hearing((all) => {
        if (told(all) && !looked) {
          looked = true;
          there.queue.push(event({ ...task(shop, 'a'), ...stopped, version: 4 }), event(started('gone'), { time: old }));
          there.queue.push(
            event(started('elsewhere', { clusterArn: cluster('unknown') })),
            'no JSON',
            '[]',
            event({}),
            '{"detail-type":5}',
          );
          there.queue.push(event({ ...task(shop, 'a'), ...stopped }, { 'detail-type': 'ECS Service Action' }), event(started('last')));
        }
        return running(all) === 2;
      });
      expect([...rowsOf(reports).values()]).toMatchObject([{ running: 2, stopped: [] }]);
    });

    it('goes on looking when the queue cannot be read, and says so', async () => {
      clusters.set(shop, [task(shop, 'a')]);
      const reports = await watchUntil(ecs, world({ queueUrl: `${there.endpoint}/none` }), (all) =>
        all.some((one) => one.kind === 'health' && one.health.problems.length > 0),
      );
      expect(reports.at(-1)).toMatchObject({
        health: { units: 1, problems: [expect.stringMatching(/^Changes are seen every 15 s only, since events do not come: /)] },
      });
    });
  });
});
