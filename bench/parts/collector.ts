import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LineChild, openChild } from '../line-child.ts';
import { type BenchContext, megabytes, type Part, type PartResult, type Shape, seconds } from '../part.ts';

/** Bytes of a pod as clusters have them, most of which nobody needs. */
const PADDING = 7000;
const RATE = 1000;

interface Facts {
  readonly snapshotMs: number;
  /** Highest resident memory so far, bytes. */
  readonly peak: number;
  /** Processor time so far, ms. */
  readonly cpu: number;
}

interface Counts {
  readonly running: number;
  /** Hash over what runs in each workload. */
  readonly digest: string;
}

/** Pods of a synthetic cluster, watched by the collector's own code in a process of its own. */
export const collector: Part = { name: 'collector', run: measureCollector };

async function measureCollector(ctx: BenchContext): Promise<PartResult> {
  const pods = Math.round(150_000 * ctx.scale);
  const api = openChild('kubernetes-api', [String(pods), String(PADDING)]);
  try {
    const { kubeconfig, server } = await api.line<{ readonly kubeconfig: string; readonly server: string }>();
    const file = join(ctx.folder, 'kubeconfig');
    writeFileSync(file, kubeconfig);
    const plain = await parseAll(server);
    const streamed = await listed(file, api, 'on');
    await streamed.stop();
    const paged = await listed(file, api, 'off');
    const churn = await churned(paged, api, { rate: RATE, seconds: ctx.small ? 5 : 60 });
    const steady = await churned(paged, api, { rate: 10, seconds: ctx.small ? 5 : 10 });
    const after = await paged.line<Facts & Counts>('counts');
    const truth = await api.line<Counts>('counts');
    await paged.stop();
    return resultOf({ ctx, pods, plain, streamed: streamed.first, paged: paged.first, churn, steady, after, truth });
  } finally {
    await api.stop();
  }
}

interface Measured {
  readonly ctx: BenchContext;
  readonly pods: number;
  readonly plain: number;
  readonly streamed: Facts;
  readonly paged: Facts;
  /** Part of a core. */
  readonly churn: number;
  readonly steady: number;
  readonly after: Facts & Counts;
  readonly truth: Counts;
}

function resultOf({ ctx, pods, plain, streamed, paged, churn, steady, after, truth }: Measured): PartResult {
  const count = pods.toLocaleString('en');
  const most = Math.max(streamed.peak, paged.peak, after.peak);
  const share = (part: number): string => `${(part * 100).toFixed(1)} %`;
  const whole: Shape = {
    name: 'after every change the reports hold what the cluster holds',
    holds: after.digest === truth.digest,
    detail: `${after.running} of ${truth.running} pods`,
  };
  return {
    lines: [
      { what: `first list of ${count} pods, streamed`, ...beside(streamed.snapshotMs, plain) },
      { what: '  in pages', ...beside(paged.snapshotMs, plain) },
      { what: '  processor time', ...beside(Math.max(streamed.cpu, paged.cpu), plain) },
      { what: 'memory of the collector at most', measured: megabytes(most), budget: '≤ 200 MB', met: most <= 200e6 },
      { what: '  of which by the first list', measured: megabytes(Math.max(streamed.peak, paged.peak)) },
      { what: `processor at ${RATE} changes/s`, measured: share(churn) },
      { what: 'processor at 10 changes/s', measured: share(steady), budget: '≤ 5 % of a core', met: steady <= 0.05 },
    ],
    shapes: [whole, { name: 'a collector stays small', holds: most <= (ctx.small ? 150e6 : 300e6), detail: megabytes(most) }],
    notes: [
      `Pods of ${PADDING / 1000} kB, ten to a workload; the reference reads the same pages and parses them whole. Memory: highest resident set.`,
    ],
  };
}

function beside(ms: number, plain: number) {
  return { measured: seconds(ms), reference: `parse pages: ${seconds(plain)}`, ratio: ms / plain };
}

async function parseAll(server: string): Promise<number> {
  const started = performance.now();
  for (let place: string | undefined = ''; place !== undefined; ) {
    const response = await fetch(`${server}/api/v1/pods?limit=500${place === '' ? '' : `&continue=${place}`}`);
    const { metadata } = (await response.json()) as { metadata: { continue?: string } };
    place = metadata.continue;
  }
  return performance.now() - started;
}

async function listed(file: string, api: LineChild, stream: 'on' | 'off') {
  await api.line(`stream ${stream}`);
  const child = openChild('collect', [file]);
  return { ...child, first: await child.line<Facts>() };
}

/** The part of a core that the collector takes while the cluster changes. */
async function churned(
  child: LineChild,
  api: LineChild,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<number> {
  const before = await child.line<Facts>('facts');
  const started = performance.now();
  await api.line(`change ${rate} ${seconds}`);
  const ms = performance.now() - started;
  // What is still gathered is told within this time.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  return ((await child.line<Facts>('facts')).cpu - before.cpu) / ms;
}
