import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { kubernetes } from '@assay/connectors/clusters/kubernetes/kubernetes.ts';
import { keepHeapSmall } from '@assay/connectors/clusters/small-heap.ts';
import { silentLogger } from '@assay/core/context.ts';
import type { RunningImage } from '@assay/core/running.ts';
import { createFetcher } from '@assay/net/guarded-fetch.ts';

/**
 * Argument: a file with a kubeconfig. Watches the cluster; each line of input is answered with what was heard of it so far: counts that
 * follow from the reports alone, memory and processor time.
 */
keepHeapSmall();
const secret = readFileSync(process.argv[2] ?? '', 'utf8');
const stop = new AbortController();
const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await pause(ms, undefined, signal === undefined ? {} : { signal });
};
const ctx = { now: Date.now, random: Math.random, sleep, log: silentLogger };
/** By `idOf`: of the rows that changed since the snapshot; the rest is walked again. */
const changed = new Map<number, number>();
let images: Iterable<RunningImage> | undefined;
let snapshotMs = 0;
let told = 0;
let health: unknown;

const keyOf = ({ namespace, workload, imageId }: RunningImage): string => `${namespace} ${workload.name} ${imageId}`;
/** A number: what this process remembers for the bench counts as memory of the collector. */
const idOf = (image: RunningImage): number =>
  createHash('sha256')
    .update(`${keyOf(image)} ${image.platform}`)
    .digest()
    .readUIntBE(0, 6);

async function watch(): Promise<void> {
  const started = performance.now();
  for await (const report of kubernetes.watch({}, { ...ctx, secret, signal: stop.signal, fetcher: createFetcher(ctx) })) {
    if (report.kind === 'snapshot') {
      for (const _ of report.images) told++;
      images = report.images;
      snapshotMs = performance.now() - started;
      console.log(JSON.stringify(facts()));
    } else if (report.kind === 'change') {
      for (const image of report.images) changed.set(idOf(image), image.running);
      told += report.images.length;
    } else health = report.health;
  }
}

function facts(): object {
  const peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
  const { user, system } = process.cpuUsage();
  return { snapshotMs, peak, rss: process.memoryUsage().rss, cpu: (user + system) / 1000, told, health };
}

function counts(): { readonly running: number; readonly digest: string; readonly differing: number } {
  const rows = new Map<string, number>();
  let running = 0;
  let differing = 0;
  for (const image of images ?? []) {
    const row = changed.get(idOf(image)) ?? image.running;
    if (row !== image.running) differing++;
    if (row > 0) rows.set(keyOf(image), (rows.get(keyOf(image)) ?? 0) + row);
    running += row;
  }
  const lines = [...rows].map(([key, count]) => `${key} ${count}`).sort();
  return { running, digest: createHash('sha256').update(lines.join('\n')).digest('hex'), differing };
}

const done = watch();
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ ...facts(), ...(line === 'counts' && counts()) }));
}
stop.abort();
await done;
