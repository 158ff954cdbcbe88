import type { ClusterIdentity, ClusterReport } from '@assay/core/running.ts';
import type { SourceContext } from '../../source.ts';
import { Tally } from '../tally.ts';
import type { EcsApi } from './api.ts';
import type { HeardTask } from './events.ts';
import { readTask, type TaskState } from './task.ts';

const SNAPSHOT_EVERY = 3_600_000;
const MOST_TASKS = 100_000;
/** So long a list may lack what an event told of, and an event may come late that a list has overtaken. */
const LIST_LAG = 30_000;

interface KnownTask extends Pick<TaskState, 'settled' | 'ended' | 'version'> {
  /** When an event last told of it. */
  readonly heardAt: number;
}

/** One cluster: what is known of its tasks, and what was told of it. */
export class EcsCluster {
  readonly identity: ClusterIdentity;
  readonly #tally: Tally;
  readonly #known = new Map<string, KnownTask>();
  readonly #api: EcsApi;
  readonly #ctx: SourceContext;
  #relists = -1;
  #toldAllAt = Number.NEGATIVE_INFINITY;
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(arn: string, api: EcsApi, ctx: SourceContext) {
    this.identity = { provider: 'ecs', uid: arn, name: arn.replace(/^.*\//, '') };
    this.#api = api;
    this.#ctx = ctx;
    this.#tally = new Tally(ctx.now);
  }

  async *look(problems: readonly string[]): AsyncGenerator<ClusterReport> {
    const { now } = this.#ctx;
    const all = now() - this.#toldAllAt >= SNAPSHOT_EVERY;
    this.#listedAt = now();
    const running = await this.#api.tasks(this.identity.uid, 'RUNNING');
    const listed = [...running, ...(await this.#api.tasks(this.identity.uid, 'STOPPED'))];
    const kept = new Set(listed.slice(0, MOST_TASKS));
    // Whatever is being stopped is listed as stopped while it still runs, so only the task itself says what it does.
    const stays = new Set(running);
    const asked = [...kept].filter((task) => all || !this.#isSettled(task, stays.has(task)));
    for await (const answer of this.#api.describe(this.identity.uid, asked)) {
      const task = readTask(answer);
      if (task !== undefined && kept.has(task.unit.id)) this.#put(task, Number.NEGATIVE_INFINITY);
    }
    for (const [task, { heardAt }] of this.#known) {
      if (kept.has(task) || heardAt > this.#listedAt - LIST_LAG) continue;
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

  /** An event comes late, twice, or after a younger one. */
  hear({ at, task }: HeardTask): void {
    const known = this.#known.get(task.unit.id);
    if (known === undefined ? at < this.#listedAt - LIST_LAG || this.#known.size >= MOST_TASKS : task.version <= known.version) return;
    this.#put(task, this.#ctx.now());
  }

  /** What events changed, once everything was told. */
  *heard(): Generator<ClusterReport> {
    if (this.#toldAllAt > Number.NEGATIVE_INFINITY) yield* this.#told(false);
  }

  #isSettled(task: string, stays: boolean): boolean {
    const known = this.#known.get(task);
    return known !== undefined && (known.ended || (known.settled && stays));
  }

  #put({ unit, settled, ended, version }: TaskState, heardAt: number): void {
    const known = this.#known.get(unit.id);
    // A description may be older than an event.
    if (known !== undefined && version < known.version) return;
    this.#known.set(unit.id, { settled, ended, version, heardAt: Math.max(heardAt, known?.heardAt ?? heardAt) });
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
