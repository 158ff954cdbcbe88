import type { MappedCluster, MappedWorkload } from '../../api/clusters.ts';
import { ALL_CLUSTERS, formatClusters, workloadKey } from './clusters-state.ts';
import type { Leaf } from './map-layout.ts';
import type { Worst } from './workload-facts.ts';

export interface MapPlace {
  readonly cluster: MappedCluster;
  readonly namespace: string;
  readonly workloads: number;
  readonly running: number;
  /** How many workloads are of each colour. */
  readonly worsts: ReadonlyMap<Worst, number>;
}

const REST: ReadonlySet<string> = new Set(['LOW', 'INFORMATIONAL', 'UNTRIAGED']);

function worstOf({ worst }: Pick<MappedWorkload, 'worst'>): Worst {
  return REST.has(worst) ? 'REST' : (worst as Worst);
}

/** What the map draws, each a link to its workload. */
export function leavesOf(clusters: readonly MappedCluster[]): Leaf[] {
  return clusters.flatMap(({ accountId, clusterArn, name: cluster, workloads }) => {
    const clusterKey = `${accountId} ${clusterArn}`;
    return workloads.map((workload) => ({
      ...{ clusterKey, cluster, namespace: workload.namespace, type: workload.type, name: workload.name },
      key: `${clusterKey} ${workloadKey(workload)}`,
      running: workload.runningUnitCount,
      worst: worstOf(workload),
      href: formatClusters({ ...ALL_CLUSTERS, cluster: clusterArn, namespace: workload.namespace, workload }),
    }));
  });
}

interface Part {
  readonly name: string;
  readonly cluster: MappedCluster;
  readonly workloads: readonly MappedWorkload[];
}

function byNamespace(cluster: MappedCluster): Part[] {
  const groups = Map.groupBy(cluster.workloads, ({ namespace }) => namespace);
  return [...groups].map(([name, workloads]) => ({ name, cluster, workloads }));
}

/** The same as rows: a namespace of a cluster each, the worst first. */
export function mapPlaces(clusters: readonly MappedCluster[]): MapPlace[] {
  return clusters
    .flatMap(byNamespace)
    .map(({ name, cluster, workloads }) => ({
      ...{ cluster, namespace: name, workloads: workloads.length, running: unitsOf(workloads) },
      worsts: new Map([...Map.groupBy(workloads, worstOf)].map(([worst, all]) => [worst, all.length])),
    }))
    .toSorted((a, b) => count(b, 'CRITICAL') - count(a, 'CRITICAL') || count(b, 'HIGH') - count(a, 'HIGH') || b.running - a.running);
}

function count({ worsts }: MapPlace, worst: Worst): number {
  return worsts.get(worst) ?? 0;
}

function unitsOf(workloads: readonly MappedWorkload[]): number {
  return workloads.reduce((sum, one) => sum + one.runningUnitCount, 0);
}
