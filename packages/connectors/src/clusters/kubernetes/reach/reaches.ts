import type { Reach } from '@assay/core/running.ts';
import type { HostNetwork } from '../pod.ts';
import { runs } from '../pods.ts';
import type { Workload } from '../rows.ts';
import { type NetworkView, reachOf } from './reach.ts';
import type { Labels } from './selector.ts';

/** Which workloads must be looked at again. */
export class Stale {
  #all = true;
  readonly #namespaces = new Set<string>();
  readonly #workloads = new Set<Workload>();

  workload(workload: Workload): void {
    this.#workloads.add(workload);
  }

  /** Undefined: all of them. */
  namespace(namespace: string | undefined): void {
    if (namespace === undefined) this.#all = true;
    else this.#namespaces.add(namespace);
  }

  /** Sets the reach of whatever is stale. @returns the workloads that now have another. */
  refresh(workloads: Iterable<Workload>, view: () => NetworkView): readonly Workload[] {
    const few = !this.#all && this.#namespaces.size === 0;
    if (few && this.#workloads.size === 0) return [];
    const network = view();
    const moved: Workload[] = [];
    for (const workload of few ? this.#workloads : workloads) {
      if (!few && !this.#all && !this.#namespaces.has(workload.namespace) && !this.#workloads.has(workload)) continue;
      const reach = reachOfWorkload(workload, network);
      if (reach === workload.reach) continue;
      workload.reach = reach;
      moved.push(workload);
    }
    this.#all = false;
    this.#namespaces.clear();
    this.#workloads.clear();
    return moved;
  }
}

function reachOfWorkload({ namespace, shapes }: Workload, network: NetworkView): Reach {
  const running = shapes.filter(runs);
  const labels = [...new Set(running.map((shape) => shape.labels))].map((set): Labels => JSON.parse(set.text));
  const host = (kind: HostNetwork): boolean => running.some((shape) => shape.host === kind);
  return reachOf({ namespace, labels, hostPort: host(1), hostNetwork: host(2) }, network);
}
