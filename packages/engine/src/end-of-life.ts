import type { Inventory } from '@assay/core/inventory.ts';
import { endOfLifeGap } from '@assay/scan/distro/eol.ts';

/** The inventory with a gap when its release gets no security updates any more at `now` (milliseconds since the epoch). */
export function withEndOfLife(inventory: Inventory, now: number): Inventory {
  const gap = endOfLifeGap(inventory.distro, now);
  const known = inventory.gaps.some(({ code }) => code === 'end-of-life-distribution');
  return gap === null || known ? inventory : { ...inventory, gaps: [...inventory.gaps, gap] };
}
