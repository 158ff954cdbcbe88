import { AssayError } from '@assay/core/errors.ts';
import type { ClusterIdentity, ClusterReport, ClusterScope } from '@assay/core/running.ts';
import { matching, webAddress } from '../../config.ts';
import type { ClusterSource, SourceConfig, SourceContext } from '../../source.ts';
import { fields, text } from '../values.ts';
import { openAccess } from './access.ts';
import { type Api, createApi, getObject, Refusal } from './api.ts';
import { WatchedCluster } from './cluster.ts';
import type { Following } from './list-watch.ts';
import { TIMING, type Timing } from './timing.ts';

const NAMES = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\s*,\s*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;

/** Kubernetes 1.24 and later. With a kubeconfig from anywhere, without one as a pod of the cluster. */
export const kubernetes: ClusterSource = {
  id: 'kubernetes',
  config: {
    name: { about: 'what the cluster is called here' },
    namespaces: { about: 'only these, separated by commas', check: matching(NAMES, 'names of namespaces, separated by commas') },
    context: { about: 'of the kubeconfig, instead of its current one' },
    uid: { about: 'what tells this cluster from others, where the namespace kube-system may not be read' },
    server: { about: 'address of the API inside the cluster, instead of kubernetes.default.svc', check: webAddress },
  },
  secret: { about: 'a kubeconfig with everything in it (kubectl config view --raw --flatten); none inside the cluster' },
  permissions: [
    'get namespaces kube-system',
    'list, watch pods, nodes, services',
    'list, watch replicasets.apps, jobs.batch',
    'list, watch ingresses.networking.k8s.io, networkpolicies.networking.k8s.io',
    'list, watch httproutes.gateway.networking.k8s.io, gateways.gateway.networking.k8s.io',
  ],
  watch: (config, ctx) => watchKubernetes(config, ctx, TIMING),
};

export async function* watchKubernetes(config: SourceConfig, ctx: SourceContext, timing: Timing): AsyncGenerator<ClusterReport> {
  const stop = new AbortController();
  const signal = AbortSignal.any([ctx.signal, stop.signal]);
  const access = await openAccess(config, ctx);
  const api = createApi(access, ctx);
  const identity = await identifyPatiently(api, { config, name: access.name, signal }, { ctx, timing });
  const namespaces = [...new Set((config['namespaces'] ?? '').split(',').map((name) => name.trim()))].filter((name) => name !== '');
  const cluster = new WatchedCluster({ ...ctx, signal, api, timing, namespaces, refused: refusals(namespaces) });
  try {
    await cluster.start();
    if (signal.aborted) return;
    const scope: ClusterScope = namespaces.length === 0 ? { all: true } : { namespaces };
    yield* reports(cluster, { identity, scope, ctx, signal, timing });
  } finally {
    stop.abort();
    await cluster.stopped();
  }
}

interface Telling {
  readonly identity: ClusterIdentity;
  readonly scope: ClusterScope;
  readonly ctx: SourceContext;
  readonly signal: AbortSignal;
  readonly timing: Timing;
}

async function* reports(cluster: WatchedCluster, telling: Telling): AsyncGenerator<ClusterReport> {
  const { identity, scope, ctx, signal, timing } = telling;
  const over = AbortSignal.any([signal, cluster.failed]);
  const [least, most] = timing.relistMs;
  let snapshotAt = 0;
  let healthAt = 0;
  while (!over.aborted) {
    const now = ctx.now();
    const images = cluster.changes();
    if (now >= snapshotAt) {
      yield { kind: 'snapshot', cluster: identity, scope, images: cluster.images() };
      snapshotAt = now + least + ctx.random() * (most - least);
    } else if (images.length > 0) yield { kind: 'change', cluster: identity, images };
    // Silence is how the server learns that we see nothing.
    if (now >= healthAt && now - cluster.heardAt < timing.watchSeconds[1] * 1000 + timing.graceMs) {
      yield { kind: 'health', cluster: identity, health: cluster.health() };
      healthAt = now + timing.healthMs;
    }
    await ctx.sleep(timing.gatherMs, over).catch(() => {});
  }
  if (!signal.aborted) cluster.failed.throwIfAborted();
}

interface Identifying {
  readonly config: SourceConfig;
  readonly name: string;
  readonly signal: AbortSignal;
}

/** The namespace kube-system lives as long as its cluster. @throws AssayErrors `no-access`, `network`. */
async function identify(api: Api, { config, name, signal }: Identifying): Promise<ClusterIdentity> {
  const version = text((await getObject(api, '/version', signal))['gitVersion']);
  const told = config['uid'] || text(fields((await getObject(api, '/api/v1/namespaces/kube-system', signal))['metadata'])['uid']);
  if (told === '') throw new AssayError('no-access', 'That server is no Kubernetes API; look whether its address is right.');
  return { provider: 'kubernetes', uid: told, name: config['name'] || name || told, ...(version !== '' && { version }) };
}

/** How often a server that cannot be reached, or has no time, is asked who it is. */
const ASKED = 4;

async function identifyPatiently(
  api: Api,
  asking: Identifying,
  { ctx, timing }: Pick<Telling, 'ctx' | 'timing'>,
): Promise<ClusterIdentity> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await identify(api, asking);
    } catch (error) {
      const passing = error instanceof Refusal ? error.status === 429 || error.status >= 500 : isNetwork(error);
      if (!passing || attempt >= ASKED || asking.signal.aborted) throw error instanceof Refusal ? unidentified(error) : error;
      await ctx.sleep(Math.ceil(ctx.random() * timing.retryMs * 2 ** attempt), asking.signal).catch(() => {});
    }
  }
}

function isNetwork(error: unknown): boolean {
  return error instanceof AssayError && (error.code === 'network' || error.code === 'timeout');
}

function unidentified({ status, message }: Refusal): AssayError {
  if (status === 401) return notAuthenticated();
  const answer = `${status} ${message}`.trim();
  if (status === 429 || status >= 500) return new AssayError('network', `The Kubernetes API answers with ${answer}; try again later.`);
  const what = `The Kubernetes API refuses to tell which cluster it is (${answer})`;
  return new AssayError('no-access', `${what}; allow get on namespaces kube-system, or set uid in the configuration.`);
}

/** Tokens of pods are replaced on disk before they end; only one that is refused again and again is wrong. */
const TRIED = 5;

function refusals(namespaces: readonly string[]) {
  let unauthenticated = 0;
  return ({ status }: Refusal, following: Following): void => {
    unauthenticated = status === 401 ? unauthenticated + 1 : 0;
    if (unauthenticated >= TRIED) throw notAuthenticated();
    if (status === 401 || following.heardAt > 0) return;
    const where = namespaces.length === 0 ? '' : ` in ${namespaces.join(', ')}`;
    throw new AssayError('no-access', `The Kubernetes API does not let us list pods${where}; grant list and watch on pods.`);
  };
}

function notAuthenticated(): AssayError {
  return new AssayError(
    'no-access',
    'The Kubernetes API does not accept our credentials; give a kubeconfig with a valid token or certificate.',
  );
}
