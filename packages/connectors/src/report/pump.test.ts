import { silentLogger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { ClusterReport, RunningImage } from '@assay/core/running.ts';
import { type RunningReport, runningKey } from '@assay/core/running-report.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pagesOf } from './pages.ts';
import { type PumpOptions, pumpReports, type SendReport } from './pump.ts';

const cluster = { provider: 'kubernetes', uid: 'uid-1', name: 'shop' } as const;
const health = { lag: 0, relists: 0, expired: 0, units: 0, problems: [] };
const all = { all: true } as const;

function running(name: string, count: number, image = 'nginx:1'): RunningImage {
  const workload = { kind: 'Deployment', name };
  return {
    namespace: 'web',
    workload,
    definition: '',
    image,
    imageId: 'docker.io/library/nginx@sha256:aa',
    platform: 'linux/amd64',
    running: count,
    lastSeen: 1,
    stopped: [],
    reach: 'UNKNOWN',
  };
}

/** What the pump lives on, with time that passes at once. */
function world(over: Pick<PumpOptions, 'watch' | 'send'> & Partial<PumpOptions>): PumpOptions {
  return {
    epoch: 7,
    now: () => 1000,
    random: () => 0.5,
    sleep: async (_, signal) => {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
    log: silentLogger,
    signal: new AbortController().signal,
    ...over,
  };
}

/** A service that keeps the rules of the protocol and loses requests and answers as told. */
function service(fault: () => 'none' | 'lost' | 'answer-lost' | 'forget') {
  let place: { epoch: number; sequence: number } | undefined;
  let staged: Map<string, number> | undefined;
  let rows = new Map<string, number>();
  const parts: RunningReport['part'][] = [];
  function take(report: RunningReport): 'taken' | 'resync' {
    if (place?.epoch === report.epoch && report.sequence <= place.sequence) return 'taken';
    const follows = place?.epoch === report.epoch && report.sequence === place.sequence + 1;
    if (report.part !== 'snapshot-begin' && !follows) return 'resync';
    place = { epoch: report.epoch, sequence: report.sequence };
    parts.push(report.part);
    if (report.part === 'snapshot-begin') staged = new Map();
    const target = report.part === 'change' ? rows : staged;
    for (const image of report.images ?? []) target?.set(runningKey(image), image.running);
    if (report.part === 'snapshot-end' && staged !== undefined) rows = staged;
    return 'taken';
  }
  const send: SendReport = async (report) => {
    await new Promise((resolve) => setImmediate(resolve));
    const what = fault();
    if (what === 'lost') throw new Error('connection reset');
    if (what === 'forget') place = undefined;
    const answer = take(report);
    if (what === 'answer-lost') throw new Error('connection reset');
    return answer;
  };
  return { send, parts, rows: () => rows };
}

test('a snapshot is told in pages, then changes, and health when it is due', async () => {
  const stop = new AbortController();
  const there = service(() => 'none');
  const images = Array.from({ length: 1201 }, (_, index) => running(`w${index}`, 1));
  async function* watch(): AsyncGenerator<ClusterReport> {
    yield { kind: 'snapshot', cluster, scope: all, images };
    yield { kind: 'health', cluster, health };
    while (there.parts.at(-1) !== 'health') await new Promise((resolve) => setImmediate(resolve));
    yield { kind: 'health', cluster, health };
    yield { kind: 'change', cluster, images: [running('w0', 5)] };
    while (there.parts.at(-1) !== 'change') await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
  }
  await pumpReports(world({ watch, send: there.send, signal: stop.signal }));
  expect(there.parts).toEqual(['snapshot-begin', 'snapshot-page', 'snapshot-page', 'snapshot-page', 'snapshot-end', 'health', 'change']);
  expect(there.rows().size).toBe(1201);
  expect(there.rows().get(runningKey(running('w0', 0)))).toBe(5);
});

test('health is told before anything could be listed', async () => {
  const stop = new AbortController();
  const told: RunningReport['part'][] = [];
  async function* watch(): AsyncGenerator<ClusterReport> {
    yield { kind: 'health', cluster, health: { ...health, problems: ['pods may not be listed'] } };
    while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
    yield { kind: 'snapshot', cluster, scope: all, images: [] };
    while (told.length < 3) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
  }
  const send: SendReport = async ({ part }) => {
    told.push(part);
    return part === 'health' ? 'resync' : 'taken';
  };
  await pumpReports(world({ watch, send, signal: stop.signal }));
  expect(told).toEqual(['health', 'snapshot-begin', 'snapshot-end']);
});

test('whatever is lost, doubled or forgotten, the service ends with what is true', async () => {
  const change = fc.record({ workload: fc.integer({ min: 0, max: 5 }), count: fc.integer({ min: 0, max: 9 }), pause: fc.boolean() });
  const faults = fc.array(fc.constantFrom('none', 'none', 'none', 'lost', 'answer-lost', 'forget'), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 40 }), faults, fc.integer({ min: 1, max: 10 }), async (changes, script, mostChanges) => {
      const left = [...script] as ('none' | 'lost' | 'answer-lost' | 'forget')[];
      const there = service(() => left.shift() ?? 'none');
      const truth = new Map<string, RunningImage>();
      const todo = [...changes];
      const stop = new AbortController();
      const same = () =>
        JSON.stringify([...there.rows()].filter(([, count]) => count > 0).sort()) ===
        JSON.stringify([...truth].flatMap(([key, { running: count }]) => (count > 0 ? [[key, count]] : [])).sort());
      async function* watch(signal: AbortSignal): AsyncGenerator<ClusterReport> {
        yield { kind: 'snapshot', cluster, scope: all, images: [...truth.values()] };
        for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
          const image = running(`w${next.workload}`, next.count);
          truth.set(runningKey(image), image);
          yield { kind: 'change', cluster, images: [image] };
          if (next.pause) await new Promise((resolve) => setImmediate(resolve));
          if (signal.aborted) return;
        }
        while (!signal.aborted) {
          await new Promise((resolve) => setImmediate(resolve));
          if (left.length === 0 && same()) stop.abort();
          else yield { kind: 'health', cluster, health: { ...health, problems: [String(left.length)] } };
        }
      }
      await pumpReports(world({ watch, send: there.send, signal: stop.signal, mostChanges }));
      expect(same()).toBe(true);
    }),
    { seed: 4, numRuns: 150 },
  );
});

test('while the service is away the newest value of each key waits, and nothing else', async () => {
  const stop = new AbortController();
  let away = true;
  const told: RunningReport[] = [];
  async function* watch(): AsyncGenerator<ClusterReport> {
    yield { kind: 'snapshot', cluster, scope: all, images: [] };
    for (let count = 1; count <= 1000; count += 1) yield { kind: 'change', cluster, images: [running('a', count), running('b', 1)] };
    away = false;
    while (!told.some(({ part }) => part === 'change')) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
  }
  const send: SendReport = async (report) => {
    if (away) throw new Error('away');
    told.push(report);
    return 'taken';
  };
  await pumpReports(world({ watch, send, signal: stop.signal }));
  expect(told.map(({ part }) => part)).toEqual(['snapshot-begin', 'snapshot-end', 'change']);
  expect(told[2]?.images?.map(({ running: count }) => count)).toEqual([1000, 1]);
});

test('one that is switched off waits and then tells everything', async () => {
  const stop = new AbortController();
  const answers: ('paused' | 'taken')[] = ['paused', 'paused'];
  const waited: number[] = [];
  const parts: string[] = [];
  async function* watch(signal: AbortSignal): AsyncGenerator<ClusterReport> {
    yield { kind: 'snapshot', cluster, scope: all, images: [running('a', 1)] };
    while (!signal.aborted) await new Promise((resolve) => setImmediate(resolve));
  }
  const send: SendReport = async ({ part }) => {
    parts.push(part);
    if (part === 'snapshot-end') setImmediate(() => stop.abort());
    return answers.shift() ?? 'taken';
  };
  const sleep = async (milliseconds: number) => void waited.push(milliseconds);
  await pumpReports(world({ watch, send, sleep, signal: stop.signal }));
  expect(parts).toEqual(['snapshot-begin', 'snapshot-begin', 'snapshot-begin', 'snapshot-page', 'snapshot-end']);
  expect(waited).toEqual([60_000, 60_000]);
});

test.each(['service', 'source'])('what a person must act on ends it: %s', async (who) => {
  const problem = new AssayError('collector-refused', 'The token is not known.');
  let closed = false;
  async function* watch(signal: AbortSignal): AsyncGenerator<ClusterReport> {
    try {
      yield { kind: 'snapshot', cluster, scope: all, images: [] };
      if (who === 'source') throw problem;
      while (!signal.aborted) await new Promise((resolve) => setImmediate(resolve));
    } finally {
      closed = true;
    }
  }
  const send: SendReport = async () => {
    if (who === 'service') throw problem;
    return 'taken';
  };
  await expect(pumpReports(world({ watch, send }))).rejects.toBe(problem);
  expect(closed).toBe(true);
});

test('pages have bounds in number and bytes, and one absurd name does not stop the others', () => {
  const long = Array.from({ length: 2000 }, (_, index) => running(`w${index}`, 1, 'x'.repeat(1000)));
  const pages = [...pagesOf(long)];
  expect(pages.flat()).toEqual(long);
  for (const page of pages) {
    expect(page.length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(page).length).toBeLessThan(900_000);
  }
  const odd = [running('a', 1, 'x'.repeat(1025)), running('b', 1, 'a\u0000b'), running('c', 1)];
  expect([...pagesOf(odd)].flat().map(({ workload }) => workload.name)).toEqual(['c']);
});
