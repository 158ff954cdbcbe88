import type { ClusterHealth, RunningImage } from '@assay/core/running.ts';
import type { SourceContext } from '../../source.ts';
import type { Api, Refusal } from './api.ts';
import { type FollowContext, type Following, follow, type Listed } from './list-watch.ts';
import { Nodes } from './nodes.ts';
import { Owners } from './owners.ts';
import { Pods } from './pods.ts';
import { Network, type NetworkKind } from './reach/network.ts';
import { Stale } from './reach/reaches.ts';
import { HOUR, type Row, Rows } from './rows.ts';
import type { Timing } from './timing.ts';

/** A list that is followed, and what its permission is called. */
interface Source extends Following {
  readonly kind: string;
  readonly grant: string;
  readonly done: Promise<void>;
}

interface Kind {
  readonly kind: string;
  /** `/api/v1`, `/apis/apps/v1` */
  readonly group: string;
  readonly listed: (path: string) => Listed;
  readonly namespaced: boolean;
}

const NETWORK: readonly (readonly [NetworkKind, string])[] = [
  ['services', '/api/v1'],
  ['ingresses', '/apis/networking.k8s.io/v1'],
  ['networkpolicies', '/apis/networking.k8s.io/v1'],
  ['httproutes', '/apis/gateway.networking.k8s.io/v1'],
  ['gateways', '/apis/gateway.networking.k8s.io/v1'],
];

export interface ClusterContext extends Pick<SourceContext, 'now' | 'random' | 'sleep' | 'log' | 'signal'> {
  readonly api: Api;
  readonly timing: Timing;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  /** Pods are refused: told only while nothing has been seen yet, or whenever the server does not know who we are; may throw. */
  readonly refused: (refusal: Refusal, following: Following) => void;
}

/** A cluster as it is, kept up to date by its lists. */
export class WatchedCluster {
  readonly #ctx: ClusterContext;
  readonly #rows: Rows;
  readonly #pods: Pods;
  readonly #nodes: Nodes;
  readonly #owners: Owners;
  readonly #network: Network;
  readonly #stale = new Stale();
  readonly #around: Source[] = [];
  readonly #podSources: Source[] = [];
  #sweepAt: number;
  #states = '';
  readonly #failed = new AbortController();

  constructor(ctx: ClusterContext) {
    this.#ctx = ctx;
    this.#rows = new Rows(ctx.now);
    this.#nodes = new Nodes({
      platform: (node, platform) => this.#pods.replatform(node, platform),
      external: () => this.#stale.namespace(undefined),
    });
    this.#owners = new Owners((owner, workload) => this.#pods.reassign(owner, workload));
    this.#network = new Network((namespace) => this.#stale.namespace(namespace));
    const { rows, nodes, owners } = { rows: this.#rows, nodes: this.#nodes, owners: this.#owners };
    this.#pods = new Pods({ rows, nodes, owners, now: ctx.now, rewired: (workload) => this.#stale.workload(workload) });
    this.#sweepAt = ctx.now() + HOUR;
  }

  /** Begins to follow everything; resolves when all pods are known, as far as they may be. @throws what `refused` throws. */
  async start(): Promise<void> {
    const { timing, sleep, signal } = this.#ctx;
    for (const kind of this.#kinds()) this.#around.push(...this.#follow(kind, {}));
    // Owners and platforms first: what is counted under a wrong name would have to be counted again.
    const patience = new AbortController();
    const settled = (sources: readonly Source[]) => Promise.all(sources.map((source) => Promise.race([source.settled, source.done])));
    await Promise.race([settled(this.#around), sleep(timing.patienceMs, AbortSignal.any([signal, patience.signal])).catch(() => {})]);
    patience.abort();
    const pods: Kind = { kind: 'pods', group: '/api/v1', listed: (path) => this.#pods.list(path), namespaced: true };
    this.#podSources.push(...this.#follow(pods, { refused: this.#ctx.refused }));
    await settled(this.#podSources);
  }

  /** Aborts when it cannot go on; its reason says why. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** When everything is let go of. The signal must have said so. */
  async stopped(): Promise<void> {
    await Promise.allSettled([...this.#around, ...this.#podSources].map((source) => source.done));
  }

  /** All rows, as they are when they are walked. */
  images(): Iterable<RunningImage> {
    const walk = () => this.#walk(this.#rows.all());
    return { [Symbol.iterator]: walk };
  }

  /** Rows that changed since they were last taken. */
  changes(): readonly RunningImage[] {
    this.#refresh();
    if (this.#ctx.now() >= this.#sweepAt) {
      this.#rows.sweep();
      this.#sweepAt = this.#ctx.now() + HOUR;
    }
    return [...this.#walk(this.#rows.takeChanged())];
  }

  /** Milliseconds since the epoch up to which we know: the oldest last word about pods. */
  get heardAt(): number {
    return Math.min(...this.#podSources.map((source) => source.heardAt));
  }

  health(): ClusterHealth {
    const sources = [...this.#around, ...this.#podSources];
    const sum = (count: (source: Source) => number): number => sources.reduce((total, source) => total + count(source), 0);
    return {
      lag: this.#pods.lag,
      relists: sum((source) => source.relists),
      expired: sum((source) => source.expired),
      units: this.#pods.count,
      problems: problemsOf(sources),
    };
  }

  *#walk(rows: Iterable<Row>): Generator<RunningImage> {
    for (const row of rows) yield this.#rows.told(row, this.heardAt);
  }

  #refresh(): void {
    const states = this.#around.map((source) => source.state).join();
    // What becomes readable, or unreadable, changes what can be said of all.
    if (states !== this.#states) this.#stale.namespace(undefined);
    this.#states = states;
    const moved = this.#stale.refresh(this.#rows.workloads, () => {
      const known = (kind: string): boolean =>
        this.#around.every((source) => source.kind !== kind || source.state === 'synced' || source.state === 'absent');
      return this.#network.view(known, known('nodes') ? this.#nodes.external : undefined);
    });
    for (const workload of moved) for (const row of workload.rows) this.#rows.changed(row);
  }

  #kinds(): Kind[] {
    return [
      { kind: 'nodes', group: '/api/v1', listed: () => this.#nodes.list(), namespaced: false },
      { kind: 'replicasets', group: '/apis/apps/v1', listed: (path) => this.#owners.list(path, 'ReplicaSet'), namespaced: true },
      { kind: 'jobs', group: '/apis/batch/v1', listed: (path) => this.#owners.list(path, 'Job'), namespaced: true },
      ...NETWORK.map(([kind, group]): Kind => ({ kind, group, listed: (path) => this.#network.list(kind, path), namespaced: true })),
    ];
  }

  #follow({ kind, group, listed, namespaced }: Kind, more: Pick<FollowContext, 'refused'>): Source[] {
    const { api, timing, namespaces, now, random, sleep, log, signal } = this.#ctx;
    const places = namespaced && namespaces.length > 0 ? namespaces.map((namespace) => `/namespaces/${namespace}`) : [''];
    const grant = group === '/api/v1' ? kind : `${kind}.${group.split('/')[2]}`;
    return places.map((place) => {
      const following = follow(listed(`${group}${place}/${kind}`), { api, timing, now, random, sleep, log, signal, ...more });
      following.done.catch((error) => this.#failed.abort(error));
      return Object.assign(following, { kind, grant });
    });
  }
}

const WITHOUT: Readonly<Record<string, string>> = {
  pods: 'nothing is seen where it is missing',
  nodes: 'images for several platforms cannot be told apart',
  replicasets: 'Deployments are told by the names of their pods',
  jobs: 'CronJobs are told by the names of their pods',
};

function problemsOf(sources: readonly Source[]): string[] {
  const denied = new Set(sources.filter((source) => source.state === 'denied').map(({ kind, grant }) => problemOf(kind, grant)));
  const broken = new Map<string, Set<string>>();
  for (const { kind, state, problem } of sources) {
    if (problem === undefined || state === 'denied' || state === 'absent') continue;
    broken.set(problem, (broken.get(problem) ?? new Set()).add(kind));
  }
  return [...denied, ...[...broken].map(([problem, kinds]) => `Watching ${[...kinds].join(', ')} is interrupted: ${problem}`)];
}

function problemOf(kind: string, grant: string): string {
  return `There is no permission to list and watch ${grant}, so ${WITHOUT[kind] ?? 'from where workloads can be reached is unknown'}.`;
}
