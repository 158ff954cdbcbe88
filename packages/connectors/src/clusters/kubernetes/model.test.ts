import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeKubernetes, KubernetesObject } from '@assay/testkit/fake-kubernetes.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pod } from './testdata/pods.ts';
import { cluster, running, until, watch } from './testdata/watching.ts';

/** What a random history consists of. */
type Step =
  | { readonly do: 'start'; readonly workload: number; readonly image: number; readonly node: number }
  | { readonly do: 'end' | 'crash' | 'delete' | 'replace' | 'touch'; readonly pod: number }
  | { readonly do: 'compact' | 'break' | 'truncate' | 'expire' | 'stall' | 'fail' | 'wait' };

const NODES = ['linux/amd64', 'linux/arm64', ''];
const KINDS = [
  { deployment: 'web', hash: '7f' },
  { deployment: 'web', hash: '8c' },
  { owner: { kind: 'Job', name: 'nightly-29034720', uid: 'job-1' } },
  { owner: { kind: 'StatefulSet', name: 'db', uid: 'sts-1' } },
  {},
];
const KIND_NAMES = ['Deployment/web', 'Deployment/web', 'CronJob/nightly', 'StatefulSet/db', undefined];

const number = fc.nat({ max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('start' as const), workload: fc.nat(4), image: fc.nat(2), node: fc.nat(2) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('end', 'crash', 'delete', 'replace', 'touch'), pod: number }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('compact', 'break', 'truncate', 'expire', 'stall', 'fail', 'wait') }) },
);

interface Running {
  readonly name: string;
  readonly workload: number;
  readonly image: number;
  readonly node: number;
  state: 'running' | 'crashed' | 'ended';
  generation: number;
}

/** The cluster as a person would count it, beside the one that is watched. */
class Model {
  readonly #pods: Running[] = [];
  readonly #fake: FakeKubernetes;
  #made = 0;

  constructor(fake: FakeKubernetes) {
    this.#fake = fake;
  }

  async apply(one: Step): Promise<void> {
    if (one.do === 'start') {
      const { workload, image, node } = one;
      return this.#put({ name: `pod-${this.#made++}`, workload, image, node, state: 'running', generation: 0 });
    }
    if ('pod' in one) return this.#change(one.do, this.#pods[one.pod % Math.max(this.#pods.length, 1)]);
    if (one.do === 'compact') this.#fake.compact();
    if (one.do === 'break') this.#fake.breakWatches();
    if (one.do === 'truncate') this.#fake.script.truncate = { times: 2, after: 400 };
    if (one.do === 'expire') this.#fake.script.expireAfter = 1;
    if (one.do === 'stall') this.#fake.script.stalled = true;
    if (one.do === 'fail') this.#fake.script.failures = [{ status: 500 }, { status: 429 }, { status: 503 }];
    await sleep(one.do === 'wait' || one.do === 'stall' ? 20 : 0);
    this.#fake.script.stalled = false;
    if (one.do !== 'expire') delete this.#fake.script.expireAfter;
  }

  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { name, workload, image, node, state } of this.#pods) {
      const key = `shop/${KIND_NAMES[workload] ?? `Pod/${name}`} sha256:image-${image} ${NODES[node]}`;
      if (state !== 'ended') counts[key] = (counts[key] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(counts).sort());
  }

  #change(what: 'end' | 'crash' | 'delete' | 'replace' | 'touch', one: Running | undefined): void {
    if (one === undefined) return;
    if (what === 'delete') {
      this.#pods.splice(this.#pods.indexOf(one), 1);
      this.#fake.remove('pods', 'shop', one.name);
      return;
    }
    if (what === 'end') one.state = 'ended';
    if (what === 'crash' && one.state !== 'ended') one.state = 'crashed';
    if (what === 'replace') Object.assign(one, { state: 'running', generation: one.generation + 1 });
    this.#put(one);
  }

  #put(one: Running): void {
    if (!this.#pods.includes(one)) this.#pods.push(one);
    this.#fake.put('pods', objectOf(one));
  }
}

function objectOf({ name, workload, image, node, state, generation }: Running): KubernetesObject {
  const terminated = { terminated: { exitCode: 1, finishedAt: new Date().toISOString() } };
  return pod({
    ...{ name, uid: `${name}-${generation}`, ...KINDS[workload], image: `app:${image}`, imageId: `sha256:image-${image}` },
    ...(node < 2 && { node: `n${node}` }),
    ...(state !== 'running' && { state: terminated }),
    ...(state === 'ended' && { phase: 'Succeeded' }),
  });
}

const sorted = (counts: Readonly<Record<string, number>>): Record<string, number> => Object.fromEntries(Object.entries(counts).sort());

it('whatever happens, the counts are those of the cluster in the end, and those of a fresh list', async () => {
  const timing = { quietMs: 60, watchSeconds: [1, 1] as const, graceMs: 50, gatherMs: 3, longestRetryMs: 20 };
  const history = fc.record({ watchList: fc.boolean(), steps: fc.array(step, { minLength: 30, maxLength: 80 }) });
  await fc.assert(
    fc.asyncProperty(history, async ({ watchList, steps }) => {
      const fake = await cluster({ watchList, bookmarkMs: 5 });
      NODES.slice(0, 2).forEach((platform, n) => {
        const [operatingSystem, architecture] = platform.split('/');
        fake.put('nodes', { metadata: { name: `n${n}` }, status: { nodeInfo: { operatingSystem, architecture } } });
      });
      const model = new Model(fake);
      const watched = watch(fake, { timing });
      await until(() => watched.reports.length > 0, true);
      for (const one of steps) await model.apply(one);
      delete fake.script.expireAfter;
      delete fake.script.truncate;
      fake.script.failures = [];
      await until(() => sorted(running(watched.rows)), model.counts());
      const fresh = watch(fake, { timing });
      await until(() => sorted(running(fresh.rows)), model.counts());
      for (const row of watched.rows.values()) expect(row.running).toBeGreaterThanOrEqual(0);
      await watched.stop();
      await fresh.stop();
      await fake.close();
    }),
    { seed: 4, numRuns: 6, endOnFailure: true },
  );
}, 120_000);
