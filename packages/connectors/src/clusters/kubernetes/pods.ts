import { fields, text } from './json.ts';
import type { Listed } from './list-watch.ts';
import type { ClusterNode, Nodes } from './nodes.ts';
import type { OwnerId, Owners, WorkloadName } from './owners.ts';
import { type HostNetwork, type PodFacts, readPod } from './pod.ts';
import type { LabelSet, Row, Rows, Workload } from './rows.ts';

/** What stands for the controller of pods: all of them share it. */
interface Owner {
  readonly key: string;
  readonly namespace: string;
  workload: Workload;
  pods: number;
}

interface PodUse {
  readonly row: Row;
  /** 0 while it is in use. */
  readonly ended: number;
}

/** What is kept of a pod; there may be 150,000. */
interface Pod {
  readonly owner: Owner;
  readonly workload: Workload;
  readonly node: ClusterNode;
  readonly labels: LabelSet;
  readonly host: HostNetwork;
  readonly uses: readonly PodUse[];
  /** Of the last list that mentioned it. */
  list: number;
}

export interface PodsContext {
  readonly rows: Rows;
  readonly nodes: Nodes;
  readonly owners: Owners;
  readonly now: () => number;
  /** The pods of this workload changed in a way that may matter to its reach. */
  readonly rewired: (workload: Workload) => void;
}

/** Pods, and what they make of the rows. */
export class Pods {
  readonly #ctx: PodsContext;
  readonly #lists: Map<string, Pod>[] = [];
  readonly #owners = new Map<string, Owner>();
  readonly #labels = new Map<string, LabelSet>();
  /** Milliseconds that the news of a start took, of late. */
  lag = 0;

  constructor(ctx: PodsContext) {
    this.#ctx = ctx;
  }

  get count(): number {
    return this.#lists.reduce((sum, list) => sum + list.size, 0);
  }

  /** The pods of one namespace or of all. */
  list(path: string): Listed {
    const pods = new Map<string, Pod>();
    this.#lists.push(pods);
    let list = 0;
    let first = true;
    return {
      path,
      begin: () => {
        list++;
      },
      put: (object) => {
        const facts = readPod(object);
        if (facts === undefined) return;
        this.#put(pods, facts, list);
        if (!first && facts.startedAt > 0) this.lag = Math.max(0, this.#ctx.now() - facts.startedAt);
      },
      remove: (object) => {
        const facts = readPod(object);
        if (facts !== undefined) this.#put(pods, facts, list);
        this.#remove(pods, text(fields(object['metadata'])['uid']));
      },
      end: () => {
        first = false;
        for (const [uid, pod] of pods) if (pod.list !== list) this.#remove(pods, uid);
      },
    };
  }

  /** The owner with this uid belongs to another workload than was thought. */
  reassign({ namespace, uid }: OwnerId, { kind, name }: WorkloadName): void {
    const owner = this.#owners.get(`${namespace}/${uid}`);
    if (owner === undefined) return;
    owner.workload = this.#ctx.rows.workload(owner.namespace, kind, name);
    this.#move((pod) => pod.owner === owner);
  }

  /** The platform of a node became known. */
  replatform(node: ClusterNode): void {
    this.#move((pod) => pod.node === node);
  }

  #move(which: (pod: Pod) => boolean): void {
    for (const pods of this.#lists) {
      for (const [uid, pod] of pods) {
        if (!which(pod)) continue;
        const { workload } = pod.owner;
        const uses = pod.uses.map(({ row, ended }) => ({ row: this.#ctx.rows.row(workload, row, pod.node.platform), ended }));
        this.#replace(pods, uid, { ...pod, workload, uses });
      }
    }
  }

  #put(pods: Map<string, Pod>, facts: PodFacts, list: number): void {
    const old = pods.get(facts.uid);
    const owner = old?.owner ?? this.#owner(facts);
    const node = this.#ctx.nodes.named(facts.node);
    const { workload } = owner;
    // Clocks of nodes may run ahead; nothing ended after now.
    const now = this.#ctx.now();
    const uses = facts.uses.map((use) => ({ row: this.#ctx.rows.row(workload, use, node.platform), ended: Math.min(use.ended, now) }));
    const labels = this.#labelSet(facts.labels);
    if (old !== undefined && old.node === node && old.labels === labels && old.host === facts.host && sameUses(old.uses, uses)) {
      old.list = list;
      return;
    }
    this.#replace(pods, facts.uid, { owner, workload, node, labels, host: facts.host, uses, list });
  }

  #replace(pods: Map<string, Pod>, uid: string, pod: Pod): void {
    const old = pods.get(uid);
    pods.set(uid, pod);
    this.#hold(pod);
    if (old !== undefined) this.#release(old, pod.uses);
  }

  #remove(pods: Map<string, Pod>, uid: string): void {
    const pod = pods.get(uid);
    if (pod === undefined) return;
    pods.delete(uid);
    this.#release(pod, []);
  }

  #hold(pod: Pod): void {
    const { owner, workload, node, labels, host, uses } = pod;
    owner.pods++;
    workload.pods++;
    node.pods++;
    labels.pods++;
    for (const { row, ended } of uses) {
      row.uses++;
      if (ended === 0) row.running++;
      else this.#ctx.rows.stop(row, ended, 1);
      this.#ctx.rows.changed(row);
    }
    if (!runs(pod)) return;
    const same = workload.labels.get(labels) ?? 0;
    workload.labels.set(labels, same + 1);
    if (workload.host[host]++ === 0 || same === 0) this.#ctx.rewired(workload);
  }

  /** What ran in it and goes on in `next` has not ended. */
  #release(pod: Pod, next: readonly PodUse[]): void {
    const { owner, workload, node, labels, host, uses } = pod;
    for (const { row, ended } of uses) {
      const goesOn = next.some((use) => continues(row, use.row));
      row.uses--;
      if (ended === 0) row.running--;
      if (ended === 0 && !goesOn) this.#ctx.rows.stop(row, this.#ctx.now(), 1);
      if (ended !== 0 && goesOn) this.#ctx.rows.stop(row, ended, -1);
      this.#ctx.rows.changed(row);
    }
    if (runs(pod)) {
      const left = workload.labels.get(labels)! - 1;
      if (left > 0) workload.labels.set(labels, left);
      else workload.labels.delete(labels);
      if (--workload.host[host] === 0 || left === 0) this.#ctx.rewired(workload);
    }
    workload.pods--;
    if (--owner.pods === 0) this.#owners.delete(owner.key);
    if (--labels.pods === 0) this.#labels.delete(labels.text);
    if (--node.pods === 0) this.#ctx.nodes.unused(node);
  }

  #owner(facts: PodFacts): Owner {
    const { namespace } = facts;
    // Static pods of a node share its uid and nothing else. Whoever makes pods may claim any owner, so only those of the namespace count.
    const key = `${namespace}/${facts.owner === undefined || facts.owner.kind === 'Node' ? facts.uid : facts.owner.uid}`;
    let found = this.#owners.get(key);
    if (found === undefined) {
      const { kind, name } = this.#ctx.owners.workloadOf(facts);
      found = { key, namespace, workload: this.#ctx.rows.workload(namespace, kind, name), pods: 0 };
      this.#owners.set(key, found);
    }
    return found;
  }

  #labelSet(labels: Readonly<Record<string, string>>): LabelSet {
    const text = JSON.stringify(labels);
    let found = this.#labels.get(text);
    if (found === undefined) {
      found = { labels, text, pods: 0 };
      this.#labels.set(text, found);
    }
    return found;
  }
}

function runs({ uses }: Pod): boolean {
  return uses.some(({ ended }) => ended === 0);
}

function sameUses(before: readonly PodUse[], after: readonly PodUse[]): boolean {
  return before.length === after.length && before.every(({ row, ended }, at) => row === after[at]!.row && ended === after[at]!.ended);
}

/** The runtime may tell the id of an image later than that it runs. */
function continues(before: Row, after: Row): boolean {
  return before.imageId === '' ? before.image === after.image : before.imageId === after.imageId;
}
