import { AssayError } from '@assay/core/errors.ts';
import { matching, webAddress } from '../../config.ts';
import type { ClusterSource, SourceConfig, SourceContext } from '../../source.ts';
import { fields, inTurns, text } from '../values.ts';
import { boundedUnits, noAccess, type UnitSource, watchUnits } from '../watch-units.ts';
import { type Allocation, type JobImages, type JobVersion, readAllocation, readJob, unitOf } from './allocation.ts';

const DEFAULT_ADDRESS = 'http://127.0.0.1:4646';
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_ALLOCATIONS = 100_000;
const AT_ONCE = 4;
/** Nomad answers sooner when something changed. */
const WAIT = '50s';

const NO_DIGESTS =
  'Nomad tells images by tag and no digests, so which build runs is only known as far as the history of the tag goes; collectors of kind docker on its clients tell digests, in its place.';

/** A Nomad cluster: allocations of jobs whose drivers run images. */
export const nomad: ClusterSource = {
  id: 'nomad',
  config: {
    address: { about: `of the HTTP API, default ${DEFAULT_ADDRESS}`, check: webAddress },
    name: { about: 'the name people know the cluster by, default its region', check: matching(/^[\w.-]{1,100}$/, 'a name') },
    clusterId: {
      about: 'what tells this cluster from all others, where two regions of one name have the same',
      check: matching(/^[\w.:-]{4,100}$/, '4 to 100 letters, digits, `_.:-`'),
    },
  },
  secret: { about: 'an ACL token, where Nomad asks for one' },
  permissions: ['agent: read', 'namespace "*": read-job'],
  async *watch(config, ctx) {
    yield* watchUnits(await openNomad(config, ctx), ctx);
  },
};

type Get = (path: string) => Promise<{ readonly answer: unknown; readonly index: number }>;

function openApi({ address = DEFAULT_ADDRESS }: SourceConfig, ctx: SourceContext): Get {
  const origin = address.replace(/\/+$/, '');
  const headers = ctx.secret === '' ? {} : { 'x-nomad-token': ctx.secret };
  return async (path) => {
    const limits = { maxBytes: MOST_BYTES, maxRedirects: 0, retries: 0, stallMs: 90_000, timeoutMs: 300_000 };
    const response = await ctx.fetcher({ url: `${origin}${path}`, headers, signal: ctx.signal, ...limits });
    if (response.status === 200) return { answer: await response.json(), index: Number(response.headers.get('x-nomad-index')) || 0 };
    response.discard();
    const what = path.replace(/\?.*/, '');
    if (response.status === 401 || response.status === 403) {
      throw noAccess(
        `${response.url.host} refuses ${what} (${response.status}); give a token whose policy has agent read and read-job in every namespace.`,
      );
    }
    if (response.status === 404) return { answer: undefined, index: 0 };
    throw new AssayError('http-status', `${response.url.host} answered ${response.status} for ${what}; see what the log of Nomad says.`);
  };
}

async function openNomad(config: SourceConfig, ctx: SourceContext): Promise<UnitSource> {
  const get = openApi(config, ctx);
  const agent = fields(fields((await get('/v1/agent/self')).answer)['config']);
  const region = text(agent['Region'], 100);
  if (region === '') throw new AssayError('bad-answer', 'What answers there is not Nomad; check the address.');
  const version = text(fields(agent['Version'])['Version'], 50);
  const uid = config['clusterId'] ?? `nomad:${new URL(config['address'] ?? DEFAULT_ADDRESS).host}:${region}`;
  const jobs = new Map<string, JobImages>();
  let index = 0;
  return {
    cluster: { provider: 'nomad', uid, name: config['name'] ?? region, ...(version !== '' && { version }) },
    listEveryMs: 1000,
    async list() {
      const changed = await get(`/v1/allocations?namespace=*&task_states=true&index=${index}&wait=${WAIT}`);
      // An index that goes back is that of servers that were restored: begin anew.
      index = changed.index < index ? 0 : changed.index;
      if (!Array.isArray(changed.answer))
        throw new AssayError('bad-answer', 'The list of allocations is no list; check that the address is one of Nomad.');
      const { kept, problems } = boundedUnits(changed.answer, MOST_ALLOCATIONS, 'allocations');
      const allocations = kept.map(readAllocation).filter((one) => one !== undefined);
      await readJobs(allocations, jobs, get);
      return { units: allocations.map((one) => unitOf(one, jobs.get(keyOf(one)) ?? new Map())), problems: [NO_DIGESTS, ...problems] };
    },
  };
}

function keyOf({ namespace, job, version }: JobVersion): string {
  return JSON.stringify([namespace, job, version]);
}

/** Images of the versions of jobs that something was made of. A version never changes, so it is read once. */
async function readJobs(allocations: readonly Allocation[], jobs: Map<string, JobImages>, get: Get): Promise<void> {
  const needed = new Map(allocations.map((one) => [keyOf(one), one]));
  for (const key of jobs.keys()) if (!needed.has(key)) jobs.delete(key);
  const missing = [...needed].filter(([key]) => !jobs.has(key));
  const byJob = new Map(missing.map(([, { namespace, job }]) => [JSON.stringify([namespace, job]), { namespace, job }]));
  await inTurns([...byJob.values()], AT_ONCE, async ({ namespace, job }) => {
    const of = `${encodeURIComponent(job)}/versions?namespace=${encodeURIComponent(namespace)}`;
    const versions = fields((await get(`/v1/job/${of}`)).answer)['Versions'];
    for (const one of Array.isArray(versions) ? versions.slice(0, 100) : []) {
      const key = keyOf({ namespace, job, version: Number(fields(one)['Version']) || 0 });
      if (needed.has(key)) jobs.set(key, readJob(one));
    }
  });
  // Versions that Nomad has forgotten are not asked for at every change.
  for (const [key] of missing) if (!jobs.has(key)) jobs.set(key, new Map());
}
