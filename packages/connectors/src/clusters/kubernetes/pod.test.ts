import { describe, expect, it } from 'vitest';
import { readPod } from './pod.ts';
import { pod, RUNNING } from './testdata/pods.ts';

const T = (clock: string): string => `2026-11-22T${clock}Z`;
const at = (clock: string): number => Date.parse(T(clock));
const ended = (exitCode: number, clock = '10:05:00') => ({ terminated: { exitCode, startedAt: T('10:00:00'), finishedAt: T(clock) } });
const status = (name: string, imageID: string, state: unknown, more: object = {}) => ({
  name,
  image: `${name}:1`,
  imageID,
  state,
  ...more,
});

interface Case {
  readonly what: string;
  readonly spec?: object;
  readonly status: Readonly<Record<string, unknown>>;
  readonly metadata?: object;
  readonly uses: readonly (readonly [image: string, imageId: string, ended: number])[];
}

const CASES: readonly Case[] = [
  { what: 'one that runs', status: { containerStatuses: [status('app', 'id', RUNNING)] }, uses: [['app:2', 'id', 0]] },
  { what: 'one that has no image yet', status: { phase: 'Pending', containerStatuses: [status('app', '', { waiting: {} })] }, uses: [] },
  { what: 'nothing but a name', status: {}, uses: [] },
  {
    what: 'one that crashes in a loop, waiting',
    status: { containerStatuses: [status('app', 'id', { waiting: { reason: 'CrashLoopBackOff' } }, { lastState: ended(1) })] },
    uses: [['app:2', 'id', 0]],
  },
  { what: 'one that crashed just now', status: { containerStatuses: [status('app', 'id', ended(1))] }, uses: [['app:2', 'id', 0]] },
  {
    what: 'one that ended while its pod goes away',
    metadata: { deletionTimestamp: T('10:04:00') },
    status: { containerStatuses: [status('app', 'id', ended(0))] },
    uses: [['app:2', 'id', at('10:05:00')]],
  },
  {
    what: 'a job that succeeded',
    spec: { restartPolicy: 'OnFailure' },
    status: { phase: 'Succeeded', containerStatuses: [status('app', 'id', ended(0))] },
    uses: [['app:2', 'id', at('10:05:00')]],
  },
  {
    what: 'a job that failed and will be tried in the same pod',
    spec: { restartPolicy: 'OnFailure' },
    status: { containerStatuses: [status('app', 'id', ended(1))] },
    uses: [['app:2', 'id', 0]],
  },
  {
    what: 'a job that failed for good',
    spec: { restartPolicy: 'Never' },
    status: { phase: 'Failed', containerStatuses: [status('app', 'id', ended(1))] },
    uses: [['app:2', 'id', at('10:05:00')]],
  },
  {
    what: 'one whose end the kubelet lost',
    spec: { restartPolicy: 'Never' },
    status: { phase: 'Failed', startTime: T('09:00:00'), containerStatuses: [status('app', 'id', { terminated: { exitCode: 137 } })] },
    uses: [['app:2', 'id', at('09:00:00')]],
  },
  {
    what: 'an evicted pod that says it runs',
    status: { phase: 'Failed', reason: 'Evicted', containerStatuses: [status('app', 'id', RUNNING)] },
    uses: [['app:2', 'id', at('10:00:00')]],
  },
  {
    what: 'an init container that did its work',
    spec: { initContainers: [{ name: 'init', image: 'init:2' }] },
    status: { containerStatuses: [status('app', 'id', RUNNING)], initContainerStatuses: [status('init', 'init-id', ended(0))] },
    uses: [
      ['app:2', 'id', 0],
      ['init:2', 'init-id', at('10:05:00')],
    ],
  },
  {
    what: 'an init container that failed and is tried again',
    spec: { initContainers: [{ name: 'init', image: 'init:2' }] },
    status: {
      phase: 'Pending',
      initContainerStatuses: [status('init', 'init-id', ended(1))],
      containerStatuses: [status('app', '', { waiting: {} })],
    },
    uses: [['init:2', 'init-id', 0]],
  },
  {
    what: 'a native sidecar between two lives',
    spec: { initContainers: [{ name: 'side', image: 'side:2', restartPolicy: 'Always' }] },
    status: { containerStatuses: [status('app', 'id', RUNNING)], initContainerStatuses: [status('side', 'side-id', ended(0))] },
    uses: [
      ['app:2', 'id', 0],
      ['side:2', 'side-id', 0],
    ],
  },
  {
    what: 'kubectl debug, running and ended',
    spec: {
      ephemeralContainers: [
        { name: 'debug-a', image: 'busybox:1' },
        { name: 'debug-b', image: 'netshoot:1' },
      ],
    },
    status: {
      containerStatuses: [status('app', 'id', RUNNING)],
      ephemeralContainerStatuses: [status('debug-a', 'busybox-id', RUNNING), status('debug-b', 'netshoot-id', ended(1))],
    },
    uses: [
      ['app:2', 'id', 0],
      ['busybox:1', 'busybox-id', 0],
      ['netshoot:1', 'netshoot-id', at('10:05:00')],
    ],
  },
  {
    what: 'two containers of one image, of which one ended: in use, once',
    spec: {
      containers: [
        { name: 'app', image: 'app:2' },
        { name: 'two', image: 'app:2', restartPolicy: 'Never' },
      ],
    },
    status: { containerStatuses: [status('two', 'id', ended(0)), status('app', 'id', RUNNING)] },
    uses: [['app:2', 'id', 0]],
  },
  {
    what: 'two containers of one image that ended: the last end counts',
    spec: {
      containers: [
        { name: 'app', image: 'app:2' },
        { name: 'two', image: 'app:2' },
      ],
      restartPolicy: 'Never',
    },
    status: { containerStatuses: [status('two', 'id', ended(0, '10:09:00')), status('app', 'id', ended(0, '10:07:00'))] },
    uses: [['app:2', 'id', at('10:09:00')]],
  },
  {
    what: 'image volumes, told and not told by the runtime',
    spec: {
      volumes: [
        { name: 'model', image: { reference: 'models/big:3' } },
        { name: 'data', image: { reference: 'data/set:1' } },
        { name: 'tmp', emptyDir: {} },
      ],
    },
    status: {
      containerStatuses: [
        status('app', 'id', RUNNING, { volumeMounts: [{ name: 'model', volumeStatus: { image: { imageRef: 'models/big@sha256:77' } } }] }),
      ],
    },
    uses: [
      ['app:2', 'id', 0],
      ['models/big:3', 'models/big@sha256:77', 0],
      ['data/set:1', '', 0],
    ],
  },
];

describe('what a pod uses', () => {
  it.each(CASES)('$what', ({ spec, metadata, status: told, uses }) => {
    const made = pod({
      name: 'p',
      uid: 'u',
      image: 'app:2',
      metadata: { ...metadata },
      spec: { ...spec },
      status: { containerStatuses: [], ...told },
    });
    expect(readPod(made)!.uses.map((use) => [use.image, use.imageId, use.ended])).toEqual(uses);
  });

  it('is a port of its node, or the network of its node', () => {
    const host = (spec: object): number => readPod(pod({ name: 'p', uid: 'u', spec: { ...spec } }))!.host;
    expect(host({})).toBe(0);
    expect(host({ containers: [{ name: 'app', ports: [{ containerPort: 80 }] }] })).toBe(0);
    expect(host({ containers: [{ name: 'app', ports: [{ containerPort: 80, hostPort: 8080 }] }] })).toBe(1);
    expect(host({ containers: [{ name: 'app', ports: [{ hostPort: 8080, hostIP: '127.0.0.1' }] }] })).toBe(0);
    expect(host({ hostNetwork: true })).toBe(2);
  });

  it('survives whatever is sent in place of a pod', () => {
    for (const value of [{}, { metadata: [] }, { metadata: 'x' }, { metadata: { uid: 1, name: {} } }]) {
      expect(readPod(value)).toBeUndefined();
    }
    const odd = {
      metadata: { uid: 'u', name: 'a\u0000b', labels: [1], ownerReferences: 'x' },
      spec: 3,
      status: { containerStatuses: [null, 1, {}] },
    };
    expect(readPod(odd)).toMatchObject({ uid: 'u', namespace: '', uses: [], labels: {}, owner: undefined });
    expect(readPod(odd)!.name).not.toContain('\u0000');
    expect(readPod(pod({ name: 'p', uid: 'u', image: 'x'.repeat(1e6), imageId: 'y' }))!.uses[0]!.image.length).toBeLessThan(2000);
  });
});
