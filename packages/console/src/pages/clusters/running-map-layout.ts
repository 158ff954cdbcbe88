import type { MappedCluster, MappedWorkload } from '../../api/clusters.ts';
import { type Box, treemap } from './treemap.ts';
import type { Worst } from './workload-facts.ts';

export interface MapTile {
  readonly cluster: MappedCluster;
  readonly workload: MappedWorkload;
  readonly worst: Worst;
  readonly box: Box;
}
export interface MapName {
  readonly text: string;
  readonly level: 'cluster' | 'namespace';
  readonly box: Box;
}
export interface MapPlace {
  readonly cluster: MappedCluster;
  readonly namespace: string;
  readonly workloads: number;
  readonly running: number;
  /** How many workloads are of each colour. */
  readonly worsts: ReadonlyMap<Worst, number>;
}

/** Height of a name over what it names, in pixels. */
const NAME = { cluster: 20, namespace: 15 } as const;
const GAP = { cluster: 3, namespace: 1 } as const;
const REST: ReadonlySet<string> = new Set(['LOW', 'INFORMATIONAL', 'UNTRIAGED']);

export function worstOf({ worst }: Pick<MappedWorkload, 'worst'>): Worst {
  return REST.has(worst) ? 'REST' : (worst as Worst);
}

/** Clusters, in them namespaces, in these a tile for each workload: the largest first. Those of no namespace lie in their cluster itself. */
export function layOutMap(clusters: readonly MappedCluster[], area: Box): { tiles: MapTile[]; names: MapName[] } {
  // Among thousands of units a workload of one is still seen.
  const least = clusters.reduce((sum, { workloads }) => sum + unitsOf(workloads), 0) / 5_000;
  const size = (workloads: readonly MappedWorkload[]) => workloads.reduce((sum, one) => sum + Math.max(one.runningUnitCount, least), 0);
  const tiles: MapTile[] = [];
  const names: MapName[] = [];
  const inside = (parts: readonly Part[], where: Box, level: MapName['level']) => {
    const sorted = parts.map((part) => ({ ...part, size: size(part.workloads) })).toSorted((a, b) => b.size - a.size);
    const boxes = treemap(
      sorted.map((part) => part.size),
      where,
    );
    for (const [at, { name, cluster, workloads }] of sorted.entries()) {
      const box = boxes[at] ?? where;
      const named = name !== '' && box.height > 2 * NAME[level] && box.width > 40;
      if (named) names.push({ text: name, level, box });
      const rest = within(box, named ? NAME[level] : 0, GAP[level]);
      if (level === 'cluster') inside(byNamespace(cluster), rest, 'namespace');
      else tiles.push(...tilesOf(cluster, workloads, { area: rest, least }));
    }
  };
  inside(
    clusters.map((cluster) => ({ name: cluster.name, cluster, workloads: cluster.workloads })),
    area,
    'cluster',
  );
  return { tiles, names };
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

function within({ x, y, width, height }: Box, name: number, gap: number): Box {
  return { x, y: y + name, width: Math.max(0, width - gap), height: Math.max(0, height - name - gap) };
}

function tilesOf(cluster: MappedCluster, workloads: readonly MappedWorkload[], { area, least }: { area: Box; least: number }): MapTile[] {
  const boxes = treemap(
    workloads.map((one) => Math.max(one.runningUnitCount, least)),
    area,
  );
  return workloads.map((workload, at) => ({ cluster, workload, worst: worstOf(workload), box: boxes[at] ?? area }));
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
