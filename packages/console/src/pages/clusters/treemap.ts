export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A squarified treemap: one box for each size, in the order given, that fill `area` in proportion and are as near to squares
 * as rows of them can be. Best with sizes in descending order.
 */
export function treemap(sizes: readonly number[], area: Box): Box[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= 0) return sizes.map(() => ({ x: area.x, y: area.y, width: 0, height: 0 }));
  const scale = (area.width * area.height) / total;
  const boxes: Box[] = [];
  let rest = area;
  let at = 0;
  while (at < sizes.length) {
    const length = Math.min(rest.width, rest.height);
    const row = nextRow(sizes, { at, scale, length });
    const placed = place(row, rest);
    boxes.push(...placed.boxes);
    rest = placed.rest;
    at += row.length;
  }
  return boxes;
}

/** As many as make the row's worst box the least oblong. */
function nextRow(sizes: readonly number[], { at, scale, length }: { at: number; scale: number; length: number }): number[] {
  const row: number[] = [];
  let sum = 0;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  let worst = Number.POSITIVE_INFINITY;
  for (let index = at; index < sizes.length; index++) {
    const next = (sizes[index] ?? 0) * scale;
    if (next > 0) [least, most] = [Math.min(least, next), Math.max(most, next)];
    const thickness = (sum + next) / length;
    const oblong = most > 0 ? Math.max(most / thickness ** 2, thickness ** 2 / least) : 0;
    if (row.length > 0 && oblong > worst) break;
    row.push(next);
    sum += next;
    worst = oblong;
  }
  return row;
}

function place(row: readonly number[], area: Box): { boxes: Box[]; rest: Box } {
  const sum = row.reduce((total, one) => total + one, 0);
  const upright = area.width >= area.height;
  const thickness = sum / Math.max(upright ? area.height : area.width, Number.MIN_VALUE);
  let along = upright ? area.y : area.x;
  const boxes = row.map((one) => {
    const length = thickness > 0 ? one / thickness : 0;
    const box = upright
      ? { x: area.x, y: along, width: thickness, height: length }
      : { x: along, y: area.y, width: length, height: thickness };
    along += length;
    return box;
  });
  const rest = upright
    ? { ...area, x: area.x + thickness, width: Math.max(0, area.width - thickness) }
    : { ...area, y: area.y + thickness, height: Math.max(0, area.height - thickness) };
  return { boxes, rest };
}
