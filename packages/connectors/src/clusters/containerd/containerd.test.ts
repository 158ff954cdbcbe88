import { AssayError } from '@assay/core/errors.ts';
import { clusterConformance, rowsOf, watchUntil } from '@assay/testkit/cluster-conformance.ts';
import { encoded, type FakeCri, fakeCri } from '@assay/testkit/fake-cri.ts';
import { localMachine, sourceContext } from '@assay/testkit/source-context.ts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containerd } from './containerd.ts';
import { ownerOf } from './owner.ts';
import { fieldsOf, messages } from './protobuf.ts';

const RUNS = 1;
const EXITED = 2;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const container = (id: string, pod: string, { image, ref, state = RUNS }: { image: string; ref: string; state?: number }): Buffer =>
  encoded({ 1: id, 2: pod, 4: encoded({ 1: image }), 5: ref, 6: state, 7: 1n });
const sandbox = (id: string, name: string, labels: Record<string, string> = {}): Buffer =>
  encoded({ 1: id, 2: encoded({ 1: name, 2: `uid-${name}`, 3: 'web' }), 5: labels });

function fill(cri: FakeCri, containers: readonly Buffer[], sandboxes: readonly Buffer[]): void {
  cri.answers.set('Version', encoded({ 1: '0.1.0', 2: 'containerd', 3: 'v2.1.0', 4: 'v1' }));
  cri.answers.set('ListContainers', encoded({ 1: containers }));
  cri.answers.set('ListPodSandbox', encoded({ 1: sandboxes }));
  cri.answers.set(
    'ListImages',
    encoded({ 1: [encoded({ 1: digest('c'), 2: 'docker.io/library/web:2', 3: `docker.io/library/web@${digest('i')}`, 4: 5 })] }),
  );
}

const sleep = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const worldOf = (cri: FakeCri) => ({ config: { address: `unix://${cri.socketPath}` }, context: { machine: localMachine(), sleep } });

clusterConformance(containerd, async () => {
  const cri = await fakeCri();
  const first = container('c1', 'p1', { image: digest('c'), ref: digest('c') });
  fill(cri, [first], [sandbox('p1', 'web-0')]);
  let clock = 0;
  return {
    ...worldOf(cri),
    // Ten seconds pass with every look at the clock, so that the next list is not waited for.
    context: { ...worldOf(cri).context, now: () => Date.now() - 3_600_000 + 100 * clock++ },
    answer: (reply) => {
      cri.reply = reply;
    },
    start: () =>
      fill(cri, [first, container('c2', 'p2', { image: 'db:1', ref: digest('d') })], [sandbox('p1', 'web-0'), sandbox('p2', 'db-0')]),
    close: cri.close,
  };
});

describe('a node with containerd', () => {
  let cri: FakeCri;
  beforeEach(async () => {
    cri = await fakeCri();
  });
  afterEach(() => cri.close());
  const rows = async () => [...rowsOf(await watchUntil(containerd, worldOf(cri), (told) => told.at(-1)?.kind === 'health')).values()];

  it('tells pods under their owners, images by name and all their digests', async () => {
    const hashed = { 'pod-template-hash': '7d9f' };
    const web = { image: digest('c'), ref: digest('c') };
    const containers = [
      container('c1', 'p1', web),
      container('c2', 'p1', web),
      container('c3', 'p2', web),
      container('c4', 'p3', { image: 'job:1', ref: '', state: EXITED }),
    ];
    fill(cri, containers, [sandbox('p1', 'web-7d9f-abcde', hashed), sandbox('p2', 'web-7d9f-fghij', hashed), sandbox('p3', 'job-1')]);
    const finishedAt = Date.now() - 60_000;
    cri.answers.set('ContainerStatus', (request) => {
      expect(request.toString('latin1')).toBe('\n\x02c4');
      return encoded({ 1: encoded({ 1: 'c4', 6: BigInt(finishedAt) * 1_000_000n }) });
    });
    const told = (await rows()).sort((a, b) => b.running - a.running);
    expect(told).toMatchObject([
      {
        ...{ namespace: 'web', workload: { kind: 'Deployment', name: 'web' }, image: 'docker.io/library/web:2', imageId: digest('c') },
        ...{ digests: [`docker.io/library/web@${digest('i')}`, digest('c')], platform: 'linux/amd64', running: 2 },
      },
      { workload: { kind: 'Pod', name: 'job-1' }, image: 'job:1', imageId: '', running: 0, lastSeen: finishedAt },
    ]);
  });

  describe('outside the CRI', () => {
    const at = (milliseconds: number): Buffer =>
      encoded({ 1: BigInt(Math.floor(milliseconds / 1000)), 2: (milliseconds % 1000) * 1_000_000 });
    const now = Date.now();
    const made = (id: string, image: string, labels: Record<string, string> = {}) =>
      encoded({ 1: id, 2: labels, 3: image, 5: Buffer.alloc(300, 7), 8: at(now - 60_000) });
    const task = (id: string, status: number, endedAt = 0) => encoded({ 1: id, 4: status, ...(endedAt > 0 && { 10: at(endedAt) }) });
    const stored = (name: string, letter: string, updatedAt: number) =>
      encoded({
        1: name,
        3: encoded({ 1: 'application/vnd.oci.image.index.v1+json', 2: digest(letter) }),
        7: at(now - 90_000),
        8: at(updatedAt),
      });
    let spaces: Map<string, { containers: Buffer[]; tasks: Buffer[]; images: Buffer[] }>;
    beforeEach(() => {
      fill(cri, [], []);
      spaces = new Map([['k8s.io', { containers: [made('of-the-cri', 'web:2')], tasks: [task('of-the-cri', 2)], images: [] }]]);
      cri.answers.set('Namespaces/List', () => encoded({ 1: [...spaces.keys()].map((name) => encoded({ 1: name })) }));
      for (const [service, member] of [
        ['Containers', 'containers'],
        ['Tasks', 'tasks'],
        ['Images', 'images'],
      ] as const)
        cri.answers.set(`${service}/List`, (_, namespace) => encoded({ 1: spaces.get(namespace)?.[member] ?? [] }));
    });
    const told = async (more: object = {}) => {
      const world = { ...worldOf(cri), config: { ...worldOf(cri).config, ...more } };
      const reports = await watchUntil(containerd, world, (all) => all.at(-1)?.kind === 'health');
      const health = reports.at(-1);
      const problems = health?.kind === 'health' ? health.health.problems : [];
      return { rows: [...rowsOf(reports).values()].sort((a, b) => a.workload.name.localeCompare(b.workload.name)), problems };
    };

    it('tells what runs and what ended with its namespace, digest and name', async () => {
      const web = 'registry.example:5000/team/web:2';
      spaces.set('default', {
        containers: [
          made('aaa', web, { 'nerdctl/name': 'web-1a2b3' }),
          made('bbb', web, { 'nerdctl/name': 'front' }),
          made('ccc', web, { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'api' }),
          made('never-started', web),
          made('created', web),
          made('without-an-image', ''),
        ],
        tasks: [task('aaa', 2), task('bbb', 3, now - 5000), task('ccc', 4), task('created', 1), task('without-an-image', 2)],
        images: [stored(web, 'a', now - 70_000)],
      });
      spaces.set('build', {
        containers: [made('moved', 'tool:1')],
        tasks: [task('moved', 2)],
        images: [stored('tool:1', 'b', now - 10_000)],
      });
      const { rows, problems } = await told();
      const imageId = `registry.example:5000/team/web@${digest('a')}`;
      expect(rows).toMatchObject([
        { namespace: 'default', workload: { name: 'front' }, running: 0, lastSeen: now - 5000, imageId },
        { namespace: 'build', workload: { kind: 'Container', name: 'moved' }, image: 'tool:1', imageId: '', running: 1 },
        { namespace: 'default', workload: { name: 'shop/api' }, running: 1, imageId },
        { namespace: 'default', workload: { name: 'web' }, image: web, imageId, platform: 'linux/amd64', running: 1 },
      ]);
      expect(problems).toEqual([]);
    });

    it('leaves Docker’s to its own kind and says so, unless it is named', async () => {
      spaces.set('moby', { containers: [made('d', 'web:2')], tasks: [task('d', 2)], images: [] });
      expect(await told()).toEqual({ rows: [], problems: [expect.stringMatching(/^Docker has containers here.*kind docker/)] });
      const { rows, problems } = await told({ namespaces: 'moby, default' });
      expect(rows).toMatchObject([{ namespace: 'moby', image: 'web:2' }]);
      expect(problems).toEqual([]);
      expect((await told({ namespaces: 'default' })).problems).toEqual([]);
    });

    it('is told also where containerd has no CRI', async () => {
      for (const method of ['ListContainers', 'ListPodSandbox', 'ListImages']) cri.answers.delete(method);
      cri.answers.delete('Version');
      spaces.set('default', { containers: [made('aaa', 'web:2')], tasks: [task('aaa', 2)], images: [] });
      await expect(told()).rejects.toMatchObject({ code: 'config' });
      cri.answers.set('Version/Version', encoded({ 1: '2.1.0' }));
      expect((await told()).rows).toMatchObject([{ namespace: 'default', running: 1 }]);
    });

    it('remembers the digest that a container was made of when its name gets another image', async () => {
      const image = (letter: string, updatedAt: number) => [stored('web:2', letter, updatedAt)];
      const space = { containers: [made('aaa', 'web:2')], tasks: [task('aaa', 2)], images: image('a', now - 70_000) };
      spaces.set('default', space);
      let clock = 0;
      const context = { ...worldOf(cri).context, now: () => now + 1000 * clock++ };
      let looks = 0;
      const reports = await watchUntil(containerd, { ...worldOf(cri), context }, (all) => {
        if (all.at(-1)?.kind === 'health' && ++looks === 1) space.images = image('b', now);
        return looks === 3;
      });
      expect([...rowsOf(reports).values()]).toMatchObject([{ imageId: `web@${digest('a')}`, running: 1 }]);
    });
  });

  it.each([
    ['web-7d9f-abcde', { 'pod-template-hash': '7d9f' }, 'Deployment web'],
    ['other', { 'pod-template-hash': '7d9f' }, 'Pod other'],
    ['nightly-29012345-x1y2z', { 'job-name': 'nightly-29012345' }, 'CronJob nightly'],
    ['once-x1y2z', { 'batch.kubernetes.io/job-name': 'once' }, 'Job once'],
    ['db-12', { 'statefulset.kubernetes.io/pod-name': 'db-12', 'controller-revision-hash': 'db-55' }, 'StatefulSet db'],
    ['agent-x1y2z', { 'controller-revision-hash': '55' }, 'DaemonSet agent'],
    ['alone', {}, 'Pod alone'],
  ])('%s with %j is of %s', (name, labels, owner) => {
    const { kind, name: found } = ownerOf({ name, labels: new Map(Object.entries(labels)) });
    expect(`${kind} ${found}`).toBe(owner);
  });

  it('says when there is no CRI, and reads no socket for whoever does not administer the machine', async () => {
    await expect(rows()).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('CRI') });
    const nobody = containerd.watch(worldOf(cri).config, sourceContext());
    await expect(nobody[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'config' });
  });

  it('reads any bytes as a message or says that they are none', () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => encoded({ 1: Buffer.from(bytes), 2: 5n })),
    );
    const read = (bytes: Uint8Array): void => {
      try {
        messages(fieldsOf(Buffer.from(bytes)), 1);
      } catch (error) {
        expect(error).toBeInstanceOf(AssayError);
      }
    };
    fc.assert(fc.property(any, read), { seed: 5, numRuns: 2000 });
  });
});
