import { fields, instant, items, labelsOf, text } from '../values.ts';

/** A controller, or what stands for it. */
export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** One image that a pod uses: by how many of its containers does not matter. */
export interface Use {
  /** As the pod names it. */
  readonly image: string;
  /** As the runtime tells it; may be empty. */
  readonly imageId: string;
  /** Milliseconds since the epoch when the last container of it ended; 0 while it is in use. */
  readonly ended: number;
}

/** 1: a port of its node leads to it. 2: it is in the network of its node, where policies do not hold. */
export type HostNetwork = 0 | 1 | 2;

export interface PodFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly owner: OwnerReference | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly host: HostNetwork;
  readonly uses: readonly Use[];
  /** The last start of one of its containers; 0: none has started. */
  readonly startedAt: number;
}

type Json = Readonly<Record<string, unknown>>;

interface Container {
  readonly role: 'container' | 'init' | 'sidecar' | 'ephemeral';
  readonly image: string;
  readonly restart: string;
}

/** What counts of a pod; undefined when it is none. Whatever is missing or of a wrong type is taken as not told. */
export function readPod(object: Json): PodFacts | undefined {
  const metadata = fields(object['metadata']);
  const uid = text(metadata['uid']);
  const name = text(metadata['name']);
  if (uid === '' || name === '') return undefined;
  const spec = fields(object['spec']);
  const status = fields(object['status']);
  return {
    uid,
    namespace: text(metadata['namespace']),
    name,
    node: text(spec['nodeName']),
    owner: controllerOf(metadata),
    labels: labelsOf(metadata['labels']),
    host: hostNetwork(spec),
    ...usesOf({ metadata, spec, status }),
  };
}

export function controllerOf(metadata: Json): OwnerReference | undefined {
  for (const reference of items(metadata['ownerReferences'])) {
    const { controller, kind, name, uid } = fields(reference);
    if (controller === true && typeof uid === 'string') return { kind: text(kind), name: text(name), uid };
  }
  return undefined;
}

function hostNetwork(spec: Json): HostNetwork {
  if (spec['hostNetwork'] === true) return 2;
  for (const container of items(spec['containers'])) {
    for (const port of items(fields(container)['ports'])) {
      const { hostPort, hostIP } = fields(port);
      if (Number(hostPort) > 0 && !/^(127\.|::1$)/.test(text(hostIP))) return 1;
    }
  }
  return 0;
}

interface Pod {
  readonly metadata: Json;
  readonly spec: Json;
  readonly status: Json;
}

const STATUSES = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

function usesOf(pod: Pod): { readonly uses: readonly Use[]; readonly startedAt: number } {
  const containers = containersOf(pod.spec);
  const uses: Use[] = [];
  let startedAt = 0;
  for (const list of STATUSES) {
    for (const one of items(pod.status[list])) {
      const status = fields(one);
      const container = containers.get(text(status['name']));
      startedAt = Math.max(startedAt, time(fields(fields(status['state'])['running'])['startedAt']));
      const ended = endOf(pod, status, container);
      if (ended === undefined) continue;
      addUse(uses, { image: container?.image ?? text(status['image']), imageId: text(status['imageID']), ended });
    }
  }
  addVolumes(pod, uses);
  return { uses, startedAt };
}

function containersOf(spec: Json): ReadonlyMap<string, Container> {
  const pod = text(spec['restartPolicy']) || 'Always';
  const found = new Map<string, Container>();
  const add = (list: string, role: Container['role']): void => {
    for (const one of items(spec[list])) {
      const { name, image, restartPolicy } = fields(one);
      const own = text(restartPolicy);
      const sidecar = role === 'init' && own === 'Always';
      found.set(text(name), { role: sidecar ? 'sidecar' : role, image: text(image), restart: own || pod });
    }
  };
  add('ephemeralContainers', 'ephemeral');
  add('initContainers', 'init');
  add('containers', 'container');
  return found;
}

/** When a container ended, 0 while it is in use, undefined when it never was. One that will be started again is in use, as one that waits for it is. */
function endOf(pod: Pod, status: Json, container: Container | undefined): number | undefined {
  const { running, terminated } = fields(status['state']);
  const over = isOver(pod.status);
  if (isThere(terminated)) {
    const { exitCode, finishedAt } = fields(terminated);
    const again = !over && !isThere(pod.metadata['deletionTimestamp']) && startsAgain(container, exitCode !== 0);
    return again ? 0 : time(finishedAt) || lastSign(pod, status);
  }
  if (!isThere(running) && text(status['imageID']) === '') return undefined;
  return over ? lastSign(pod, status) : 0;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isOver(status: Json): boolean {
  return status['phase'] === 'Succeeded' || status['phase'] === 'Failed';
}

function startsAgain(container: Container | undefined, failed: boolean): boolean {
  if (container === undefined || container.role === 'ephemeral') return false;
  if (container.role === 'init') return failed && container.restart !== 'Never';
  return container.restart === 'Always' || (container.restart === 'OnFailure' && failed);
}

/** The last moment of which there is evidence, where the kubelet lost the end itself (`ContainerStatusUnknown`). */
function lastSign({ metadata, status }: Pod, container: Json): number {
  const { running, terminated } = fields(container['state']);
  const last = fields(fields(container['lastState'])['terminated']);
  const started = time(fields(running)['startedAt']) || time(fields(terminated)['startedAt']) || time(last['finishedAt']);
  return started || time(status['startTime']) || time(metadata['creationTimestamp']) || 1;
}

function addUse(uses: Use[], use: Use): void {
  const at = uses.findIndex((one) => (one.imageId || one.image) === (use.imageId || use.image));
  if (at === -1) uses.push(use);
  else if (uses[at]!.ended !== 0 && (use.ended === 0 || use.ended > uses[at]!.ended)) uses[at] = { ...uses[at]!, ended: use.ended };
}

/** Image volumes (KEP-4639) are used for as long as a container runs; what the runtime made of the reference is told since KEP-5365. */
function addVolumes({ spec, status }: Pod, uses: Use[]): void {
  if (uses.length === 0) return;
  const ended = uses.some((use) => use.ended === 0) ? 0 : Math.max(...uses.map((use) => use.ended));
  for (const volume of items(spec['volumes'])) {
    const { name, image } = fields(volume);
    const reference = text(fields(image)['reference']);
    if (reference !== '') addUse(uses, { image: reference, imageId: mountedImage(status, name), ended });
  }
}

function mountedImage(status: Json, volume: unknown): string {
  for (const list of STATUSES) {
    for (const container of items(status[list])) {
      for (const mount of items(fields(container)['volumeMounts'])) {
        const { name, volumeStatus } = fields(mount);
        const found = name === volume ? text(fields(fields(volumeStatus)['image'])['imageRef']) : '';
        if (found !== '') return found;
      }
    }
  }
  return '';
}

/** Milliseconds since the epoch; 0 when it is none. */
function time(value: unknown): number {
  return instant(value) ?? 0;
}
