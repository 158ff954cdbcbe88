import type { Distro, Inventory } from '@assay/core/inventory.ts';
import { expect, test } from 'vitest';
import { withEndOfLife } from './end-of-life.ts';

const inventoryOf = (distro: Distro | null): Inventory => ({
  subject: { kind: 'directory', name: 'x', path: '/x' },
  distro,
  packages: [],
  gaps: [],
  catalogers: {},
});
const debian = (version: string): Distro => ({ id: 'debian', version, prettyName: `Debian ${version}`, namespace: `debian:${version}` });
const codes = (inventory: Inventory): string[] => inventory.gaps.map((gap) => gap.code);

test('a release that ended is named as a gap, a living one and none are not', () => {
  const now = Date.UTC(2026, 10, 21);
  expect(codes(withEndOfLife(inventoryOf(debian('8')), now))).toEqual(['end-of-life-distribution']);
  expect(codes(withEndOfLife(inventoryOf(debian('8')), Date.UTC(2015, 0, 1)))).toEqual([]);
  expect(codes(withEndOfLife(inventoryOf(debian('13')), now))).toEqual([]);
  expect(codes(withEndOfLife(inventoryOf(null), now))).toEqual([]);
});
