import type { ClusterReport } from '@assay/core/running.ts';
import type { SourceContext } from '../../source.ts';
import type { EcsApi } from './api.ts';
import { EcsCluster } from './cluster.ts';
import type { HeardTask } from './events.ts';

/** The clusters of one account in one region, as far as they were told. */
export class EcsClusters {
  readonly #clusters = new Map<string, EcsCluster>();
  readonly #api: EcsApi;
  readonly #ctx: SourceContext;

  constructor(api: EcsApi, ctx: SourceContext) {
    this.#api = api;
    this.#ctx = ctx;
  }

  /** Looks at all of them. Also an empty cluster is told, or one that becomes empty would run its last tasks for ever. */
  async *look(problems: () => readonly string[]): AsyncGenerator<ClusterReport> {
    const listed = new Set(await this.#api.clusters());
    for (const arn of this.#clusters.keys()) {
      // A list may lack for a moment what is there.
      if (listed.has(arn) || !(await this.#api.isGone(arn))) listed.add(arn);
      else yield* this.#forget(arn);
    }
    for (const arn of listed) {
      // One after another takes long where there are many.
      yield* this.heard();
      const cluster = this.#clusters.get(arn) ?? new EcsCluster(arn, this.#api, this.#ctx);
      this.#clusters.set(arn, cluster);
      yield* cluster.look(problems());
    }
  }

  /** Whether it is of a cluster that is watched here. */
  hear(task: HeardTask): boolean {
    const cluster = this.#clusters.get(task.cluster);
    cluster?.hear(task);
    return cluster !== undefined;
  }

  /** What events changed since it was told last. */
  *heard(): Generator<ClusterReport> {
    for (const cluster of this.#clusters.values()) yield* cluster.heard();
  }

  *#forget(arn: string): Generator<ClusterReport> {
    const { identity: cluster } = this.#clusters.get(arn)!;
    this.#clusters.delete(arn);
    const health = { lag: 0, relists: 0, expired: 0, units: 0, problems: ['The cluster was deleted.'], gone: true as const };
    yield { kind: 'snapshot', cluster, scope: { all: true }, images: [] };
    yield { kind: 'health', cluster, health };
  }
}
