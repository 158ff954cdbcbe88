import { fields, text } from '../values.ts';
import type { Listed } from './list-watch.ts';
import type { Nodes } from './nodes.ts';
import type { OwnerId, Owners, WorkloadName } from './owners.ts';
import { type PodFacts, readPod } from './pod.ts';
import type { LabelSet, Owner, Row, Rows, Shape, ShapeUse, Workload } from './rows.ts';

export interface PodsContext {
  readonly rows: Rows;
  readonly nodes: Nodes;
  readonly owners: Owners;
  readonly now: () => number;
  /** The pods of this workload changed in a way that may matter to its reach. */
  readonly rewired: (workload: Workload) => void;
}

/** Pods by uid. While a whole list comes, those that it has not mentioned yet are `unseen`. */
interface PodList {
  seen: Map<string, Shape>;
  unseen: Map<string, Shape>;
}

/** Pods, and what they make of the rows. There may be 150,000: of each only its uid is kept, and the shape that it shares with others. */
export class Pods {
  readonly #ctx: PodsContext;
  readonly #lists: PodList[] = [];
  readonly #owners = new Map<string, Owner>();
  readonly #labels = new Map<string, LabelSet>();
  /** Milliseconds that the news of a start took, of late. */
  lag = 0;

  constructor(ctx: PodsContext) {
    this.#ctx = ctx;
  }

  get count(): number {
    return this.#lists.reduce((sum, { seen, unseen }) => sum + seen.size + unseen.size, 0);
  }

  /** The pods of one namespace or of all. */
  list(path: string): Listed {
    const pods: PodList = { seen: new Map(), unseen: new Map() };
    this.#lists.push(pods);
    let first = true;
    return {
      path,
      begin: () => {
        // Of a list that broke off, what it did mention has to be mentioned again.
        for (const [uid, shape] of pods.unseen) pods.seen.set(uid, shape);
        pods.unseen = pods.seen;
        pods.seen = new Map();
      },
      put: (object) => {
        const facts = readPod(object);
        if (facts === undefined) return;
        const before = pods.seen.get(facts.uid) ?? pods.unseen.get(facts.uid);
        this.#put(pods, facts);
        const started = facts.startedAt > 0 && (before === undefined || !runs(before));
        if (started && !first) this.lag = Math.max(0, this.#ctx.now() - facts.startedAt);
      },
      remove: (object) => {
        const facts = readPod(object);
        if (facts !== undefined) this.#put(pods, facts);
        this.#remove(pods, text(fields(object['metadata'])['uid']));
      },
      end: () => {
        first = false;
        const { unseen } = pods;
        pods.unseen = new Map();
        for (const shape of unseen.values()) this.#release(shape, []);
      },
    };
  }

  /** The owner with this uid belongs to another workload than was thought. */
  reassign({ namespace, uid }: OwnerId, { kind, name }: WorkloadName): void {
    const owner = this.#owners.get(`${namespace}/${uid}`);
    if (owner === undefined) return;
    owner.workload = this.#ctx.rows.workload(owner.namespace, kind, name);
    this.#move((shape) => (shape.owner === owner ? { ...shape, workload: owner.workload } : undefined));
  }

  /** The platform of a node became known. */
  replatform(node: string, platform: string): void {
    this.#move((shape) => (shape.node === node ? { ...shape, platform, node: '' } : undefined));
  }

  #move(moved: (shape: Shape) => Shape | undefined): void {
    for (const { seen, unseen } of this.#lists) {
      for (const pods of [seen, unseen]) {
        for (const [uid, old] of pods) {
          const shape = moved(old);
          if (shape !== undefined) this.#replace(pods, uid, this.#shared({ ...shape, uses: this.#uses(shape, old.uses) }));
        }
      }
    }
  }

  #put({ seen, unseen }: PodList, facts: PodFacts): void {
    const found = unseen.get(facts.uid);
    if (found !== undefined) {
      unseen.delete(facts.uid);
      seen.set(facts.uid, found);
    }
    const owner = this.#owner(facts);
    const { workload } = owner;
    const platform = this.#ctx.nodes.platformOf(facts.node);
    const node = platform === '' ? facts.node : '';
    const uses = facts.uses.map((use) => ({
      row: this.#ctx.rows.row(workload, use, platform),
      // Clocks of nodes may run ahead; nothing ended after now.
      ended: Math.min(use.ended, this.#ctx.now()),
    }));
    const labels = this.#labelSet(facts.labels);
    this.#replace(seen, facts.uid, this.#shared({ owner, workload, platform, node, labels, host: facts.host, uses, pods: 0 }));
  }

  #uses({ workload, platform }: Shape, uses: readonly ShapeUse[]): readonly ShapeUse[] {
    return uses.map(({ row, ended }) => ({ row: this.#ctx.rows.row(workload, row, platform), ended }));
  }

  /** The one object for all pods that are alike. */
  #shared(shape: Shape): Shape {
    return shape.workload.shapes.find((other) => alike(shape, other)) ?? { ...shape, pods: 0 };
  }

  #replace(pods: Map<string, Shape>, uid: string, shape: Shape): void {
    const old = pods.get(uid);
    if (old === shape) return;
    pods.set(uid, shape);
    this.#hold(shape);
    if (old !== undefined) this.#release(old, shape.uses);
  }

  #remove({ seen, unseen }: PodList, uid: string): void {
    const shape = seen.get(uid) ?? unseen.get(uid);
    if (shape === undefined) return;
    seen.delete(uid);
    unseen.delete(uid);
    this.#release(shape, []);
  }

  #hold(shape: Shape): void {
    const { owner, workload, labels, uses } = shape;
    for (const { row, ended } of uses) {
      row.uses++;
      if (ended === 0) row.running++;
      else this.#ctx.rows.stop(row, ended, 1);
      this.#ctx.rows.changed(row);
    }
    if (shape.pods++ > 0) return;
    workload.shapes.push(shape);
    owner.shapes++;
    labels.shapes++;
    this.#ctx.rewired(workload);
  }

  /** What ran in it and goes on in `next` has not ended. */
  #release(shape: Shape, next: readonly ShapeUse[]): void {
    const { owner, workload, labels, uses } = shape;
    for (const { row, ended } of uses) {
      const goesOn = next.some((use) => continues(row, use.row));
      row.uses--;
      if (ended === 0) row.running--;
      if (ended === 0 && !goesOn) this.#ctx.rows.stop(row, this.#ctx.now(), 1);
      if (ended !== 0 && goesOn) this.#ctx.rows.stop(row, ended, -1);
      this.#ctx.rows.changed(row);
    }
    if (--shape.pods > 0) return;
    workload.shapes.splice(workload.shapes.indexOf(shape), 1);
    if (--owner.shapes === 0) this.#owners.delete(owner.key);
    if (--labels.shapes === 0) this.#labels.delete(labels.text);
    this.#ctx.rewired(workload);
  }

  #owner(facts: PodFacts): Owner {
    const { namespace } = facts;
    // Static pods of a node share its uid and nothing else. Whoever makes pods may claim any owner, so only those of the namespace count.
    const key = `${namespace}/${facts.owner === undefined || facts.owner.kind === 'Node' ? facts.uid : facts.owner.uid}`;
    let found = this.#owners.get(key);
    if (found === undefined) {
      const { kind, name } = this.#ctx.owners.workloadOf(facts);
      found = { key, namespace, workload: this.#ctx.rows.workload(namespace, kind, name), shapes: 0 };
      this.#owners.set(key, found);
    }
    return found;
  }

  #labelSet(labels: Readonly<Record<string, string>>): LabelSet {
    const text = JSON.stringify(labels);
    let found = this.#labels.get(text);
    if (found === undefined) {
      found = { text, shapes: 0 };
      this.#labels.set(text, found);
    }
    return found;
  }
}

export function runs({ uses }: Shape): boolean {
  return uses.some(({ ended }) => ended === 0);
}

function alike(a: Shape, b: Shape): boolean {
  if (a.owner !== b.owner || a.labels !== b.labels || a.platform !== b.platform || a.node !== b.node || a.host !== b.host) return false;
  return a.uses.length === b.uses.length && a.uses.every(({ row, ended }, at) => row === b.uses[at]!.row && ended === b.uses[at]!.ended);
}

/** The runtime may tell the id of an image later than that it runs. */
function continues(before: Row, after: Row): boolean {
  return before.imageId === '' ? before.image === after.image : before.imageId === after.imageId;
}
