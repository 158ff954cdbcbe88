import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@assay/core/context.ts';
import type { ClusterReport, RunningImage } from '@assay/core/running.ts';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { type FakeKubernetes, type KubernetesScript, startFakeKubernetes } from '@assay/testkit/fake-kubernetes.ts';
import { afterEach, describe, expect, it } from 'vitest';
import type { SourceConfig, SourceContext } from '../../source.ts';
import { watchKubernetes } from './kubernetes.ts';
import { pod } from './testdata/pods.ts';
import { TIMING, type Timing } from './timing.ts';

const FAST: Timing = { ...TIMING, gatherMs: 10, retryMs: 5, longestRetryMs: 100, deniedMs: 60, patienceMs: 2000 };

interface Watching {
  readonly reports: ClusterReport[];
  /** Rows by what identifies them, as the server would have them. */
  readonly rows: Map<string, RunningImage>;
  readonly failed: Promise<unknown>;
  stop(): Promise<void>;
}

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function cluster(script: KubernetesScript = {}): Promise<FakeKubernetes> {
  const fake = await startFakeKubernetes(script);
  open.push({ stop: () => fake.close() });
  return fake;
}

function watch(fake: FakeKubernetes, { config = {}, timing = {}, more = {} }: Options = {}): Watching {
  const stop = new AbortController();
  const reports: ClusterReport[] = [];
  const rows = new Map<string, RunningImage>();
  const idle = (ms: number, signal?: AbortSignal): Promise<void> => sleep(ms, undefined, signal === undefined ? {} : { signal });
  const fetcher = createFetcher({ now: Date.now, sleep: idle, random: () => 0.5 });
  const ctx: SourceContext = {
    ...{ secret: fake.kubeconfig, now: Date.now, random: () => 0.5, sleep: idle, signal: stop.signal, log: silentLogger, fetcher },
    ...more,
  };
  const run = async (): Promise<void> => {
    for await (const report of watchKubernetes(config, ctx, { ...FAST, ...timing })) {
      reports.push(report);
      if (report.kind === 'snapshot') rows.clear();
      if (report.kind !== 'health') for (const image of report.images) rows.set(keyOf(image), image);
    }
  };
  const done = run();
  const failed = done.then(
    () => undefined,
    (error: unknown) => error,
  );
  const end = async (): Promise<void> => {
    stop.abort();
    await failed;
  };
  const watching = { reports, rows, failed, stop: end };
  open.push(watching);
  return watching;
}

interface Options {
  readonly config?: SourceConfig;
  readonly timing?: Partial<Timing>;
  readonly more?: Partial<SourceContext>;
}

function keyOf({ namespace, workload, imageId, image, platform }: RunningImage): string {
  return `${namespace}/${workload.kind}/${workload.name} ${imageId || image} ${platform}`;
}

/** What runs, as `namespace/Kind/name image platform`: count. */
function running(rows: ReadonlyMap<string, RunningImage>): Record<string, number> {
  return Object.fromEntries([...rows].filter(([, row]) => row.running > 0).map(([key, row]) => [key, row.running]));
}

async function until<T>(what: () => T, wanted: T): Promise<void> {
  for (let n = 0; n < 500; n++) {
    if (JSON.stringify(what()) === JSON.stringify(wanted)) return;
    await sleep(10);
  }
  expect(what()).toEqual(wanted);
}

const ID = 'docker.io/library/nginx@sha256:'.padEnd(95, 'a');

describe('the Kubernetes source', () => {
  it.each([true, false])('tells what runs, and each change (list as a stream: %s)', async (watchList) => {
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
});
