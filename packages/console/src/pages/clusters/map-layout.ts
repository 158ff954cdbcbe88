import { workloadKey } from './clusters-state.ts';
import { type Box, treemap } from './treemap.ts';
import type { WorkloadRow } from './workloads-table.tsx';

export interface Tile {
  readonly row: WorkloadRow;
  readonly key: string;
  readonly box: Box;
}
export interface TileGroup {
  readonly name: string;
  readonly box: Box;
}

/** Height of a namespace's name over its tiles, in pixels. */
const NAME = 20;
const GAP = 2;

/** Tiles in the order of reading: the largest namespace first, in it the largest workload. What does not run has no tile. */
export function layOut(
  rows: readonly WorkloadRow[],
  { grouped, area }: { grouped: boolean; area: Box },
): { tiles: Tile[]; groups: TileGroup[] } {
  const running = rows.filter(({ facts }) => facts.running > 0).toSorted((a, b) => b.facts.running - a.facts.running);
  // Among thousands of pods a workload of one is still seen.
  const least = running.reduce((sum, { facts }) => sum + facts.running, 0) / 200;
  const size = ({ facts }: WorkloadRow) => Math.max(facts.running, least);
  if (!grouped) return { tiles: tilesIn(running, area, size), groups: [] };
  const parts = [...Map.groupBy(running, ({ namespace }) => namespace)]
    .map(([name, members]) => ({ name, members, size: members.reduce((sum, row) => sum + size(row), 0) }))
    .sort((a, b) => b.size - a.size);
  const boxes = treemap(
    parts.map((part) => part.size),
    area,
  );
  const groups = parts.map(({ name }, at) => ({ name, box: boxes[at] ?? area }));
  const tiles = parts.flatMap(({ members }, at) => tilesIn(members, below(boxes[at] ?? area), size));
  return { tiles, groups: groups.filter(({ box }) => box.height > 2 * NAME && box.width > NAME) };
}

/** The part of a namespace under its name, where there is room for one. */
function below(box: Box): Box {
  const name = box.height > 2 * NAME && box.width > NAME ? NAME : 0;
  return { x: box.x, y: box.y + name, width: box.width - GAP, height: box.height - name - GAP };
}

function tilesIn(rows: readonly WorkloadRow[], area: Box, size: (row: WorkloadRow) => number): Tile[] {
  const boxes = treemap(rows.map(size), { ...area, width: Math.max(0, area.width), height: Math.max(0, area.height) });
  return rows.map((row, at) => ({ row, key: workloadKey(row), box: boxes[at] ?? area }));
}
