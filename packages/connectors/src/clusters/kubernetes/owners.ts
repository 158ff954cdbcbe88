import { fields, labelsOf, text } from '../values.ts';
import type { Listed } from './list-watch.ts';
import { controllerOf, type OwnerReference, type PodFacts } from './pod.ts';

export interface WorkloadName {
  readonly kind: string;
  readonly name: string;
}

export interface OwnerId {
  readonly namespace: string;
  readonly uid: string;
}

/**
 * Which workload a pod belongs to: ReplicaSets lead to Deployments, Jobs to CronJobs. Names nearly always tell that by themselves, so only the
 * exceptions are kept: 150,000 old ReplicaSets cost nothing.
 */
export class Owners {
  /** By `namespace/uid`. */
  readonly #exceptions = new Map<string, WorkloadName>();
  readonly #changed: (owner: OwnerId, workload: WorkloadName) => void;

  /** `changed` hears of an owner whose workload is another than was said before. */
  constructor(changed: (owner: OwnerId, workload: WorkloadName) => void) {
    this.#changed = changed;
  }

  workloadOf(pod: Pick<PodFacts, 'namespace' | 'name' | 'node' | 'owner' | 'labels'>): WorkloadName {
    const { owner, labels } = pod;
    if (owner === undefined) return { kind: 'Pod', name: pod.name };
    // A static pod is named after what it is and its node.
    if (owner.kind === 'Node') return { kind: 'StaticPod', name: withoutSuffix(pod.name, `-${pod.node}`) };
    return this.#exceptions.get(`${pod.namespace}/${owner.uid}`) ?? guess(owner, labels['pod-template-hash']);
  }

  /** Metadata of ReplicaSets or Jobs. */
  list(path: string, kind: 'ReplicaSet' | 'Job'): Listed {
    let seen = new Set<string>();
    let mine = new Set<string>();
    return {
      path,
      metadataOnly: true,
      begin: () => {
        seen = new Set();
      },
      put: (object) => {
        const metadata = fields(object['metadata']);
        const [namespace, uid, name] = [text(metadata['namespace']), text(metadata['uid']), text(metadata['name'])];
        if (uid === '' || name === '') return;
        const controller = controllerOf(metadata);
        const real = controller === undefined ? { kind, name } : { kind: controller.kind, name: controller.name };
        const guessed = guess({ kind, name, uid }, labelsOf(metadata['labels'])['pod-template-hash']);
        const key = `${namespace}/${uid}`;
        const known = this.#exceptions.get(key) ?? guessed;
        if (same(real, guessed)) this.#forget(key, mine);
        else {
          this.#exceptions.set(key, real);
          mine.add(key);
          seen.add(key);
        }
        if (!same(known, real)) this.#changed({ namespace, uid }, real);
      },
      // Pods may outlive their owner by seconds; those that are already counted stay where they are.
      remove: (object) => {
        const { namespace, uid } = fields(object['metadata']);
        this.#forget(`${text(namespace)}/${text(uid)}`, mine);
      },
      end: () => {
        for (const key of mine) if (!seen.has(key)) this.#exceptions.delete(key);
        mine = seen;
        seen = new Set();
      },
    };
  }

  #forget(key: string, mine: Set<string>): void {
    this.#exceptions.delete(key);
    mine.delete(key);
  }
}

function same(a: WorkloadName, b: WorkloadName): boolean {
  return a.kind === b.kind && a.name === b.name;
}

function guess(owner: OwnerReference, hash: string | undefined): WorkloadName {
  const { kind, name } = owner;
  if (kind === 'ReplicaSet' && hash !== undefined && hash !== '' && name.endsWith(`-${hash}`)) {
    return { kind: 'Deployment', name: withoutSuffix(name, `-${hash}`) };
  }
  // CronJobs name their Jobs after the minute: eight digits and more.
  const scheduled = kind === 'Job' ? /^(.+)-\d{8,}$/.exec(name)?.[1] : undefined;
  return scheduled === undefined ? { kind, name } : { kind: 'CronJob', name: scheduled };
}

function withoutSuffix(text: string, suffix: string): string {
  return text.length > suffix.length && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}
