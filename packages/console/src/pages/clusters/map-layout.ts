import { type Box, treemap } from './treemap.ts';
import type { Worst } from './workload-facts.ts';

/** A workload that runs. */
export interface Leaf {
  readonly key: string;
  /** Told apart by `clusterKey`, for two may be called the same; both empty where there is only one. */
  readonly clusterKey: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly type: string;
  readonly name: string;
  readonly running: number;
  readonly worst: Worst;
  readonly href: string;
}
export type Level = 'cluster' | 'namespace';
export interface Tile {
  readonly leaf: Leaf;
  readonly box: Box;
}
export interface MapName {
  readonly text: string;
  readonly level: Level;
  readonly box: Box;
}

/** Height of a name over what it names, in pixels. */
const NAME = 20;
const GAP = 2;
const KEYS: Record<Level, (leaf: Leaf) => string> = { cluster: ({ clusterKey }) => clusterKey, namespace: ({ namespace }) => namespace };

/** Tiles in the order of reading: in the largest cluster the largest namespace, in it the largest workload. What does not run has no tile. */
export function layOut(
  leaves: readonly Leaf[],
  { levels, area }: { levels: readonly Level[]; area: Box },
): { tiles: Tile[]; names: MapName[] } {
  const running = leaves.filter((leaf) => leaf.running > 0).toSorted((a, b) => b.running - a.running);
  // Among thousands of pods a workload of one is still seen.
  const least = running.reduce((sum, leaf) => sum + leaf.running, 0) / Math.max(200, 2 * running.length);
  const size = (leaf: Leaf) => Math.max(leaf.running, least);
  const tiles: Tile[] = [];
  const names: MapName[] = [];
  const inside = (members: readonly Leaf[], where: Box, [level, ...deeper]: readonly Level[]) => {
    if (level === undefined) {
      const boxes = treemap(members.map(size), where);
      for (const [at, leaf] of members.entries()) tiles.push({ leaf, box: boxes[at] ?? where });
      return;
    }
    const parts = partsOf(members, { level, size });
    const boxes = treemap(
      parts.map((part) => part.size),
      where,
    );
    for (const [at, part] of parts.entries()) {
      const box = boxes[at] ?? where;
      const text = part.members[0]?.[level] ?? '';
      const named = text !== '' && box.height > 2 * NAME && box.width > 2 * NAME;
      if (named) names.push({ text, level, box });
      inside(part.members, within(box, named ? NAME : 0), deeper);
    }
  };
  inside(running, area, levels);
  return { tiles, names };
}

/** The largest first. A cluster has room for its name however little runs in it. */
function partsOf(members: readonly Leaf[], { level, size }: { level: Level; size: (leaf: Leaf) => number }) {
  const groups = [...Map.groupBy(members, KEYS[level]).values()];
  const floor = level === 'cluster' ? members.reduce((sum, leaf) => sum + size(leaf), 0) * Math.min(0.1, 0.5 / groups.length) : 0;
  return groups
    .map((part) => ({
      members: part,
      size: Math.max(
        floor,
        part.reduce((sum, leaf) => sum + size(leaf), 0),
      ),
    }))
    .toSorted((a, b) => b.size - a.size);
}

function within({ x, y, width, height }: Box, name: number): Box {
  return { x, y: y + name, width: Math.max(0, width - GAP), height: Math.max(0, height - name - GAP) };
}
