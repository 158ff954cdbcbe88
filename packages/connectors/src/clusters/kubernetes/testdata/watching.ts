import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterReport, RunningImage } from '@assay/core/running.ts';
import { type FakeKubernetes, type KubernetesScript, startFakeKubernetes } from '@assay/testkit/fake-kubernetes.ts';
import { sourceContext } from '@assay/testkit/source-context.ts';
import { afterEach, expect } from 'vitest';
import type { SourceConfig, SourceContext } from '../../../source.ts';
import { watchKubernetes } from '../kubernetes.ts';
import { TIMING, type Timing } from '../timing.ts';

const FAST: Timing = { ...TIMING, gatherMs: 10, retryMs: 5, longestRetryMs: 100, deniedMs: 60, patienceMs: 2000 };

export interface Watching {
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

export async function cluster(script: KubernetesScript = {}): Promise<FakeKubernetes> {
  const fake = await startFakeKubernetes(script);
  open.push({ stop: () => fake.close() });
  return fake;
}

export function watch(fake: FakeKubernetes, { config = {}, timing = {}, more = {} }: Options = {}): Watching {
  const stop = new AbortController();
  const reports: ClusterReport[] = [];
  const rows = new Map<string, RunningImage>();
  const ctx = sourceContext({ secret: fake.kubeconfig, signal: stop.signal, ...more });
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

export interface Options {
  readonly config?: SourceConfig;
  readonly timing?: Partial<Timing>;
  readonly more?: Partial<SourceContext>;
}

export function keyOf({ namespace, workload, imageId, image, platform }: RunningImage): string {
  return `${namespace}/${workload.kind}/${workload.name} ${imageId || image} ${platform}`;
}

/** What runs, as `namespace/Kind/name image platform`: count. */
export function running(rows: ReadonlyMap<string, RunningImage>): Record<string, number> {
  return Object.fromEntries([...rows].filter(([, row]) => row.running > 0).map(([key, row]) => [key, row.running]));
}

export async function until<T>(what: () => T, wanted: T): Promise<void> {
  for (let n = 0; n < 2000; n++) {
    if (JSON.stringify(what()) === JSON.stringify(wanted)) return;
    await sleep(10);
  }
  expect(what()).toEqual(wanted);
}

