import { AssayError } from '@assay/core/errors.ts';
import type { ClusterIdentity } from '@assay/core/running.ts';
import { matching, oneOf } from '../../config.ts';
import type { ClusterSource, SourceConfig, SourceContext } from '../../source.ts';
import { madeBy } from '../made-by.ts';
import type { RunningUnit } from '../tally.ts';
import { fields, inTurns, items, text } from '../values.ts';
import { boundedUnits, type Hint, type UnitSource, watchUnits } from '../watch-units.ts';
import { DEFAULT_ADDRESS, type DockerApi, openDockerApi } from './api.ts';
import { readContainer } from './container.ts';
import { dockerEvents } from './events.ts';
import { type DockerImages, openImages } from './images.ts';

const LIST_EVERY = 10 * 60_000;
const MOST_CONTAINERS = 20_000;
const AT_ONCE = 8;

/** A host with Docker or Podman, over the API that both speak. */
export const docker: ClusterSource = {
  id: 'docker',
  local: true,
  config: {
    address: {
      about: `where the API is, default ${DEFAULT_ADDRESS}`,
      check: matching(/^(unix:\/\/\/|tcp:\/\/|https?:\/\/)[^\s@]+$/, 'like unix:///run/podman/podman.sock or http://127.0.0.1:2375'),
    },
    hostId: {
      about: 'what tells this host from all others, for hosts that were cloned',
      check: matching(/^[\w.:-]{4,100}$/, '4 to 100 letters, digits, `_.:-`'),
    },
    hostName: { about: 'the name people know the host by', check: matching(/^[\w.-]{1,100}$/, 'a host name') },
    pods: {
      about: 'containers of Kubernetes pods: include (default), or omit where a collector watches the cluster itself',
      check: oneOf('include', 'omit'),
    },
  },
  permissions: ['GET /version', 'GET /info', 'GET /events', 'GET /containers/json', 'GET /containers/ID/json', 'GET /images/ID/json'],
  async *watch(config, ctx) {
    const api = openDockerApi(config, ctx);
    yield* watchUnits(await openHost(api, config, ctx), ctx);
  },
};

interface Host {
  readonly api: DockerApi;
  readonly images: DockerImages;
  readonly withPods: boolean;
}

async function openHost(api: DockerApi, config: SourceConfig, ctx: SourceContext): Promise<UnitSource> {
  const [version, info] = [fields(await api.get('/version')), fields(await api.get('/info'))];
  const host: Host = { api, images: openImages(api, info), withPods: config['pods'] !== 'omit' };
  return {
    cluster: identityOf({ version, info }, config, ctx),
    listEveryMs: LIST_EVERY,
    list: () => listContainers(host),
    follow: (tell, signal) => dockerEvents(api, { tell, signal, since: ctx.now() }),
    ping: async () => void (await api.get('/version')),
    read: (id) => readUnit(host, id),
    recall: (hint) => recall(host, hint),
  };
}

function identityOf(
  { version, info }: { readonly version: Readonly<Record<string, unknown>>; readonly info: Readonly<Record<string, unknown>> },
  config: SourceConfig,
  ctx: SourceContext,
): ClusterIdentity {
  const podman = items(version['Components']).some((one) => text(fields(one)['Name']) === 'Podman Engine');
  // Podman draws a new id whenever it is asked.
  const uid = config['hostId'] ?? (podman ? ctx.machine?.id : text(info['ID'], 100) || ctx.machine?.id);
  if (uid === undefined || uid === '') {
    throw new AssayError('config', 'Nothing tells this host from others: it has no machine id; give it a `hostId` of its own.');
  }
  const name = config['hostName'] ?? (text(info['Name'], 100) || ctx.machine?.name || uid);
  return { provider: podman ? 'podman' : 'docker', uid, name, version: text(version['Version'], 50) };
}

async function listContainers(host: Host): ReturnType<UnitSource['list']> {
  host.images.forget();
  const answer = await host.api.get('/containers/json?all=1');
  if (!Array.isArray(answer))
    throw new AssayError('bad-answer', 'The list of containers is no list; check that the address is one of Docker or Podman.');
  const { kept, problems } = boundedUnits(answer, MOST_CONTAINERS, 'containers');
  const units = await inTurns(kept, AT_ONCE, (one) => readUnit(host, text(fields(one)['Id'])));
  return { units: units.filter((unit) => unit !== undefined), problems };
}

async function readUnit({ api, images, withPods }: Host, id: string): Promise<RunningUnit | undefined> {
  if (!/^[0-9a-fA-F]{12,128}$/.test(id)) return undefined;
  const answer = await api.get(`/containers/${id}/json`);
  if (answer === undefined) return undefined;
  const { namespace, workload, state, image, imageId, manifest, infra } = readContainer(answer);
  const about = { id, namespace, workload, definition: '' };
  const ours = imageId !== '' && state !== 'created' && !infra && (withPods || workload.kind !== 'Pod');
  if (!ours) return { ...about, platform: '', images: [] };
  const { digests, platform } = await images.read(imageId);
  const known = manifest === '' || digests.includes(manifest) ? digests : [...digests, manifest];
  const ended = state === 'runs' ? {} : { endedAt: state.endedAt };
  return { ...about, platform, images: [{ image, imageId, digests: known, ...ended }] };
}

/** One that came and went between two looks: its event names the image, and the image is probably still there. */
async function recall({ images, withPods }: Host, { id, at, about }: Hint): Promise<RunningUnit | undefined> {
  const labels = fields(about);
  const image = text(labels['image']);
  const { namespace, workload, infra } = madeBy({ name: text(labels['name']), labels, image, autoRemove: true });
  if (image === '' || infra || (!withPods && workload.kind === 'Pod')) return undefined;
  const { id: imageId, digests, platform } = await images.read(image);
  return { id, namespace, workload, definition: '', platform, images: [{ image, imageId, digests, endedAt: at }] };
}
