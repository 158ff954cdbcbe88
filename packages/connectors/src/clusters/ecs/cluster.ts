import type { ClusterIdentity, ClusterReport } from '@assay/core/running.ts';
import type { SourceContext } from '../../source.ts';
import { Tally } from '../tally.ts';
import type { EcsApi } from './api.ts';
import { readTask, type TaskState } from './task.ts';

const SNAPSHOT_EVERY = 3_600_000;
const MOST_TASKS = 100_000;

/** One cluster: what is known of its tasks, and what was told of it. */
export class EcsCluster {
  readonly identity: ClusterIdentity;
  readonly #tally: Tally;
  readonly #known = new Map<string, Pick<TaskState, 'settled' | 'ended'>>();
  readonly #api: EcsApi;
  readonly #ctx: SourceContext;
  #relists = -1;
  #toldAllAt = Number.NEGATIVE_INFINITY;

  constructor(arn: string, api: EcsApi, ctx: SourceContext) {
    this.identity = { provider: 'ecs', uid: arn, name: arn.replace(/^.*\//, '') };
    this.#api = api;
    this.#ctx = ctx;
    this.#tally = new Tally(ctx.now);
  }

  async *look(problems: readonly string[]): AsyncGenerator<ClusterReport> {
    const { now } = this.#ctx;
    const all = now() - this.#toldAllAt >= SNAPSHOT_EVERY;
    const running = await this.#api.tasks(this.identity.uid, 'RUNNING');
    const listed = [...running, ...(await this.#api.tasks(this.identity.uid, 'STOPPED'))];
    const kept = new Set(listed.slice(0, MOST_TASKS));
    // Whatever is being stopped is listed as stopped while it still runs, so only the task itself says what it does.
    const stays = new Set(running);
    const asked = [...kept].filter((task) => all || !this.#isSettled(task, stays.has(task)));
    for await (const answer of this.#api.describe(this.identity.uid, asked)) {
      const task = readTask(answer);
      if (task !== undefined && kept.has(task.unit.id)) this.#put(task);
    }
    for (const task of this.#known.keys()) {
      if (kept.has(task)) continue;
      this.#known.delete(task);
      this.#tally.remove(task, now());
    }
    this.#tally.confirm(now());
    this.#relists++;
    yield* this.#told(all);
    const tooMany = listed.length > kept.size ? [`There are ${listed.length} tasks; more than ${MOST_TASKS} are not looked at.`] : [];
    const health = { lag: 0, relists: this.#relists, expired: 0, units: this.#tally.size, problems: [...problems, ...tooMany] };
    yield { kind: 'health', cluster: this.identity, health };
  }

  #isSettled(task: string, stays: boolean): boolean {
    const known = this.#known.get(task);
    return known !== undefined && (known.ended || (known.settled && stays));
  }

  #put({ unit, settled, ended }: TaskState): void {
    this.#known.set(unit.id, { settled, ended });
    this.#tally.put(unit);
  }

  *#told(all: boolean): Generator<ClusterReport> {
    const cluster = this.identity;
    if (all) {
      this.#toldAllAt = this.#ctx.now();
      yield { kind: 'snapshot', cluster, scope: { all: true }, images: this.#tally.all() };
      return;
    }
    const images = this.#tally.changes();
    if (images.length > 0) yield { kind: 'change', cluster, images };
  }
}
