import { AssayError } from '@assay/core/errors.ts';
import { listOf, matching } from '../../config.ts';
import type { ClusterSource, SourceConfig, SourceContext } from '../../source.ts';
import type { RunningUnit, UnitImage } from '../tally.ts';
import { inTurns } from '../values.ts';
import { boundedUnits, type UnitSource, watchUnits } from '../watch-units.ts';
import { type Cri, type CriContainer, type CriImage, type CriSandbox, openCri } from './cri.ts';
import { type OutsideCri, openOutsideCri } from './outside-cri.ts';
import { ownerOf } from './owner.ts';

const DEFAULT_ADDRESS = 'unix:///run/containerd/containerd.sock';
const LIST_EVERY = 10_000;
const MOST_CONTAINERS = 20_000;
const AT_ONCE = 8;

/** A node with containerd, within the CRI and outside it, or with CRI-O by its own address. */
export const containerd: ClusterSource = {
  id: 'containerd',
  local: true,
  config: {
    address: {
      about: `the socket of the runtime, default ${DEFAULT_ADDRESS}`,
      check: matching(/^unix:\/\/\/[^\s]+$/, 'like unix:///run/crio/crio.sock'),
    },
    hostId: {
      about: 'what tells this host from all others, for hosts that were cloned',
      check: matching(/^[\w.:-]{4,100}$/, '4 to 100 letters, digits, `_.:-`'),
    },
    hostName: { about: 'the name people know the host by', check: matching(/^[\w.-]{1,100}$/, 'a host name') },
    namespaces: {
      about: 'of containerd, beside pods only containers in these, separated by commas; default all but moby, which is Docker',
      check: matching(/^[\w.-]+(\s*,\s*[\w.-]+)*$/, 'names of namespaces, separated by commas'),
    },
  },
  permissions: [
    ...['RuntimeService: Version, ListContainers, ListPodSandbox, ContainerStatus', 'ImageService: ListImages'],
    'containerd.services: Version, Namespaces, Containers, Tasks and Images: List',
  ],
  async *watch(config, ctx) {
    yield* watchUnits(await openNode(config, ctx), ctx);
  },
};

async function openNode(
  { address = DEFAULT_ADDRESS, hostId, hostName, namespaces }: SourceConfig,
  ctx: SourceContext,
): Promise<UnitSource> {
  if (ctx.machine === undefined) {
    throw new AssayError(
      'config',
      'A socket is only read by a collector that runs on the host itself; start one there with `assay collect`.',
    );
  }
  const uid = hostId ?? ctx.machine.id;
  if (uid === undefined) {
    throw new AssayError('config', 'Nothing tells this host from others: it has no machine id; give it a `hostId` of its own.');
  }
  const { signal, machine } = ctx;
  const { platform = '' } = machine;
  const grpc = machine.grpc(address.slice('unix://'.length));
  const cri = openCri(grpc, address, signal);
  const outside = openOutsideCri(grpc, { signal, platform, namespaces: listOf(namespaces) });
  const { version, hasCri } = await versionOf(cri, outside);
  const ended = new Map<string, number>();
  return {
    cluster: { provider: 'containerd', uid, name: hostName ?? machine.name, version },
    listEveryMs: LIST_EVERY,
    async list() {
      const told = [hasCri ? await listPods(cri, ended, platform) : NO_PODS, await outside.list()];
      return { units: told.flatMap(({ units }) => units), problems: told.flatMap(({ problems }) => problems) };
    },
  };
}

const NO_PODS: Awaited<ReturnType<UnitSource['list']>> = { units: [], problems: [] };

/** A containerd without the CRI, as Docker brings it, still has containers of its own. */
async function versionOf(cri: Cri, outside: OutsideCri): Promise<{ readonly version: string; readonly hasCri: boolean }> {
  try {
    const { name, version } = await cri.version();
    return { version: `${name} ${version}`.trim(), hasCri: true };
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'config') throw error;
    const version = await outside.version();
    if (version === undefined) throw error;
    return { version: `containerd ${version}`.trim(), hasCri: false };
  }
}

/** `ended` remembers when containers ended, since that is asked for one by one and never changes. */
async function listPods(cri: Cri, ended: Map<string, number>, platform: string): ReturnType<UnitSource['list']> {
  const [all, sandboxes, images] = await Promise.all([cri.containers(), cri.sandboxes(), cri.images()]);
  const { kept: containers, problems } = boundedUnits(all, MOST_CONTAINERS, 'containers');
  const exited = containers.filter(({ state, id }) => state === 'exited' && !ended.has(id));
  await inTurns(exited, AT_ONCE, async ({ id }) => void ended.set(id, await cri.finishedAt(id)));
  const there = new Set(containers.map(({ id }) => id));
  for (const id of ended.keys()) if (!there.has(id)) ended.delete(id);
  const pods = new Map(sandboxes.map((sandbox) => [sandbox.id, sandbox]));
  const imagesById = new Map(images.flatMap((image) => [image.id, ...image.digests].map((name) => [name, image] as const)));
  const units = new Map<string, Building>();
  for (const container of containers) {
    const image = imageOf(container, imagesById, ended);
    if (image === undefined) continue;
    const unit = unitOf(container, pods.get(container.sandbox), platform);
    const known = units.get(unit.id);
    if (known === undefined) units.set(unit.id, { ...unit, images: [image] });
    else known.images.push(image);
  }
  return { units: [...units.values()], problems };
}

type Building = Omit<RunningUnit, 'images'> & { readonly images: UnitImage[] };

/** A pod keeps its uid when its sandbox is made anew. */
function unitOf(container: CriContainer, pod: CriSandbox | undefined, platform: string): Omit<RunningUnit, 'images'> {
  const about = { definition: '', platform };
  if (pod === undefined)
    return { ...about, id: container.id, namespace: '', workload: { kind: 'Container', name: container.id.slice(0, 12) } };
  return { ...about, id: pod.uid || pod.id, namespace: pod.namespace, workload: ownerOf(pod) };
}

function imageOf(
  { id, image, imageRef, imageId, state }: CriContainer,
  images: ReadonlyMap<string, CriImage>,
  ended: ReadonlyMap<string, number>,
): UnitImage | undefined {
  const endedAt = ended.get(id) ?? 0;
  if (state === 'created' || (state === 'exited' && endedAt <= 0)) return undefined;
  const known = images.get(imageRef) ?? images.get(imageId) ?? images.get(image);
  // Kubelet asks for an image by its id; people know it by a name.
  const named = /^(sha256:)?[0-9a-f]{64}$/.test(image) || image === '' ? (known?.tags[0] ?? known?.digests[0] ?? image) : image;
  const digests = [...new Set([imageRef, imageId, known?.id ?? '', ...(known?.digests ?? [])])].filter((digest) => digest !== '').sort();
  return { image: named || imageRef, imageId: imageRef || imageId, digests, ...(state === 'exited' && { endedAt }) };
}
