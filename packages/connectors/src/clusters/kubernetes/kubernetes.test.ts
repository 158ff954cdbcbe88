import { clusterConformance } from '@assay/testkit/cluster-conformance.ts';
import { startFakeKubernetes } from '@assay/testkit/fake-kubernetes.ts';
import { localMachine } from '@assay/testkit/source-context.ts';
import { describe, expect, it, vi } from 'vitest';
import { kubernetes } from './kubernetes.ts';
import { pod } from './testdata/pods.ts';
import { cluster, running, until, watch } from './testdata/watching.ts';

const ID = 'docker.io/library/nginx@sha256:'.padEnd(95, 'a');
const OTHER = 'docker.io/library/nginx@sha256:'.padEnd(95, 'b');
const ROW = `shop/Deployment/web ${ID} `;
const web = (n: number, more: object = {}) => pod({ name: `web-7f-${n}`, hash: '7f', deployment: 'web', imageId: ID, ...more });

clusterConformance(kubernetes, async () => {
  const fake = await startFakeKubernetes();
  fake.put('pods', pod({ name: 'web', imageId: ID }));
  return {
    config: {},
    context: { secret: fake.kubeconfig },
    answer: (reply) => {
      fake.script.reply = () => reply;
    },
    start: () => fake.put('pods', pod({ name: 'db', image: 'postgres:17', imageId: `sha256:${'b'.repeat(64)}` })),
    close: fake.close,
  };
});

describe('the Kubernetes source', () => {
  it.each([true, false, 'old-etcd'] as const)('tells what runs, and each change (list as a stream: %s)', async (watchList) => {
    const fake = await cluster({ watchList });
    fake.put('nodes', { metadata: { name: 'n1' }, status: { nodeInfo: { operatingSystem: 'linux', architecture: 'arm64' } } });
    for (let n = 0; n < 3; n++) fake.put('pods', pod({ name: `web-7f-${n}`, hash: '7f', deployment: 'web', node: 'n1', imageId: ID }));
    const { rows, reports } = watch(fake);
    await until(() => running(rows), { [`shop/Deployment/web ${ID} linux/arm64`]: 3 });
    expect(reports[0]).toMatchObject({
      kind: 'snapshot',
      cluster: { provider: 'kubernetes', uid: '2b1c5f0e-1111-4222-8333-444455556666', name: 'fake-cluster', version: 'v1.34.2' },
      scope: { all: true },
    });
    expect(reports[1]).toMatchObject({ kind: 'health', health: { units: 3, problems: [] } });
    fake.put('pods', pod({ name: 'web-7f-9', hash: '7f', deployment: 'web', node: 'n1', imageId: ID }));
    await until(() => running(rows), { [`shop/Deployment/web ${ID} linux/arm64`]: 4 });
    fake.remove('pods', 'shop', 'web-7f-0');
    await until(() => running(rows), { [`shop/Deployment/web ${ID} linux/arm64`]: 3 });
    const [row] = [...rows.values()];
    expect(row).toMatchObject({ image: 'nginx:1.27', definition: '', stopped: [{ count: 1 }] });
    expect(reports.filter((report) => report.kind === 'snapshot')).toHaveLength(1);
  });

  it('goes on after its place in the history was lost, and tells what ended meanwhile', async () => {
    for (const watchList of [true, false]) {
      const fake = await cluster({ watchList });
      for (let n = 0; n < 5; n++) fake.put('pods', web(n));
      const { rows, reports, stop } = watch(fake);
      await until(() => running(rows), { [ROW]: 5 });
      fake.remove('pods', 'shop', 'web-7f-0');
      fake.remove('pods', 'shop', 'web-7f-1');
      fake.put('pods', web(9, { imageId: OTHER }));
      fake.compact();
      fake.script.expireAfter = 0;
      fake.put('pods', web(8));
      fake.script.expireAfter = 1000;
      await until(() => running(rows), { [ROW]: 4, [`shop/Deployment/web ${OTHER} `]: 1 });
      expect(rows.get(ROW)!.stopped).toMatchObject([{ count: 2 }]);
      expect(reports.filter(({ kind }) => kind === 'snapshot')).toHaveLength(1);
      await stop();
    }
  });

  it('asks for whole lists when pages expire again and again', async () => {
    const fake = await cluster({ watchList: false, pages: 1 });
    for (let n = 0; n < 9000; n++) fake.put('pods', web(n));
    const { rows } = watch(fake);
    await until(() => running(rows), { [ROW]: 9000 });
    const lists = fake.requests.filter((one) => /pods\?(?!watch)/.test(one));
    expect(lists[0]).toBe('GET /api/v1/pods?limit=500');
    expect(lists.some((one) => one.includes('limit=8000'))).toBe(true);
  });

  it('notices a watch that died without a word', async () => {
    const fake = await cluster({ bookmarkMs: 20 });
    fake.put('pods', web(1));
    const { rows, reports } = watch(fake, { timing: { quietMs: 150, healthMs: 20 } });
    await until(() => running(rows), { [ROW]: 1 });
    await until(() => reports.length > 5, true);
    fake.breakWatches();
    await until(() => fake.requests.filter((one) => one.includes('/pods?watch')).length > 1, true);
    fake.script.stalled = true;
    fake.put('pods', web(2));
    fake.script.stalled = false;
    await until(() => running(rows), { [ROW]: 2 });
  });

  it('gets over lists and events that break off in the middle, 429 and 500', async () => {
    for (const watchList of [true, false]) {
      const failures = [{ status: 500 }, { status: 429, headers: { 'retry-after': '0.05' } }];
      const fake = await cluster({ watchList });
      for (let n = 0; n < 40; n++) fake.put('pods', web(n));
      fake.script.truncate = { times: 3, after: 700 };
      const { rows, stop } = watch(fake);
      await until(() => running(rows), { [ROW]: 40 });
      fake.script.truncate = { times: 2, after: 300 };
      fake.script.failures = failures;
      fake.put('pods', web(41));
      await until(() => running(rows), { [ROW]: 41 });
      await stop();
    }
  });

  it('sees nothing but the namespaces it is told to', async () => {
    const fake = await cluster();
    fake.put('pods', web(1));
    fake.put('pods', web(1, { namespace: 'other' }));
    fake.put('pods', web(1, { namespace: 'third' }));
    const { rows, reports } = watch(fake, { config: { namespaces: 'shop, third' } });
    await until(() => running(rows), { [ROW]: 1, [`third/Deployment/web ${ID} `]: 1 });
    expect(reports[0]).toMatchObject({ scope: { namespaces: ['shop', 'third'] } });
    expect(fake.requests.filter((one) => one.includes('/pods?') && !one.includes('/namespaces/'))).toEqual([]);
    fake.put('pods', web(2, { namespace: 'third' }));
    fake.put('pods', web(2, { namespace: 'other' }));
    await until(() => running(rows), { [ROW]: 1, [`third/Deployment/web ${ID} `]: 2 });
  });

  it('says what it may not see, and does without', async () => {
    const refuse = { nodes: 403, replicasets: 403, services: 403, httproutes: 404, gateways: 404 };
    const fake = await cluster({ refuse });
    fake.put('nodes', { metadata: { name: 'n1' }, status: { nodeInfo: { operatingSystem: 'linux', architecture: 'amd64' } } });
    fake.put('pods', web(1, { node: 'n1' }));
    const { rows, reports } = watch(fake, { timing: { healthMs: 20 } });
    await until(() => running(rows), { [ROW]: 1 });
    const problems = (): readonly string[] =>
      reports.flatMap((report) => (report.kind === 'health' ? [report.health.problems] : [])).at(-1)!;
    expect(problems()).toEqual([
      'There is no permission to list and watch nodes, so images for several platforms cannot be told apart.',
      'There is no permission to list and watch replicasets.apps, so Deployments are told by the names of their pods.',
      'There is no permission to list and watch services, so from where workloads can be reached is unknown.',
    ]);
    expect(rows.get(ROW)!.reach).toBe('UNKNOWN');
    fake.script.refuse = {};
    await until(() => running(rows), { [`${ROW}linux/amd64`]: 1 });
    await until(() => rows.get(`${ROW}linux/amd64`)?.reach, 'CLUSTER');
    await until(problems, []);
  });

  it.each([
    [{ refuse: { pods: 403 } }, /grant list and watch on pods/],
    [{ refuse: { namespaces: 403 } }, /allow get on namespaces kube-system, or set uid/],
    [{ token: 'wanted' }, /does not accept our credentials/],
  ])('gives up with a sentence where nothing can be seen: %j', async (script, sentence) => {
    const fake = await cluster(script);
    const kubeconfig = fake.kubeconfig.replace('wanted', 'other');
    const { reports, failed } = watch(fake, { more: { secret: kubeconfig } });
    expect(await failed).toMatchObject({ code: 'no-access', message: expect.stringMatching(sentence) });
    expect(reports).toEqual([]);
  });

  it('keeps what it knows, and is silent, when a permission is taken away', async () => {
    const fake = await cluster();
    fake.put('pods', web(1));
    const { rows, reports } = watch(fake, { timing: { healthMs: 1, watchSeconds: [0.1, 0.2], graceMs: 0 } });
    await until(() => running(rows), { [ROW]: 1 });
    fake.script.refuse = { pods: 403 };
    fake.breakWatches();
    const refused = (): number => fake.requests.filter((one) => one.includes('/pods')).length;
    /** Whether nothing was told while it was refused three times. */
    const silent = async (): Promise<boolean> => {
      const [told, wanted] = [reports.length, refused() + 3];
      await until(() => refused() >= wanted, true);
      return reports.length === told;
    };
    await vi.waitFor(async () => expect([await silent(), await silent()]).toEqual([true, true]), { timeout: 30_000 });
    expect(running(rows)).toEqual({ [ROW]: 1 });
    expect(reports.filter(({ kind }) => kind === 'snapshot')).toHaveLength(1);
    fake.script.refuse = {};
    fake.put('pods', web(2));
    await until(() => running(rows), { [ROW]: 2 });
  });

  it('reads the token of its pod anew, as the kubelet replaces it', async () => {
    const fake = await cluster({ token: 'first' });
    let token = 'first';
    const readFile = async (path: string): Promise<string> => (path.endsWith('/token') ? `${token}\n` : '-----BEGIN CERTIFICATE-----');
    fake.put('pods', web(1));
    const more = { secret: '', machine: localMachine({ readFile }) };
    const { rows } = watch(fake, { config: { server: fake.server, uid: 'mine' }, more });
    await until(() => running(rows), { [ROW]: 1 });
    token = 'second';
    fake.script.token = 'second';
    fake.breakWatches();
    fake.put('pods', web(2));
    await until(() => running(rows), { [ROW]: 2 });
  });

  it('tells everything again after hours, in case something was missed', async () => {
    const fake = await cluster();
    fake.put('pods', web(1));
    const { reports } = watch(fake, { timing: { relistMs: [100, 200], watchSeconds: [0.05, 0.1] } });
    await until(() => reports.filter(({ kind }) => kind === 'snapshot').length > 2, true);
    await until(() => fake.requests.filter((one) => /pods\?.*sendInitialEvents/.test(one)).length > 1, true);
  });

  it.each(['[]', '{"items":[1,"x",null,{"metadata":7},{"metadata":{"uid":"u","name":"n"},"status":{"containerStatuses":{}}}]}'])(
    'takes %s for a list as it is',
    async (body) => {
      const fake = await cluster({ watchList: false });
      fake.script.reply = (path) => (path.endsWith('/pods') ? { status: 200, body: Buffer.from(body) } : undefined);
      const { rows, reports } = watch(fake);
      await until(() => reports.length > 0, true);
      expect(running(rows)).toEqual({});
    },
  );
});
