import type { Inventory } from '@assay/core/inventory.ts';
import { describe, expect, test } from 'vitest';
import { isInventoryDocument, readInventoryDocument } from './read-inventory.ts';

const inventory = (): Inventory => ({
  subject: { kind: 'directory', name: 'x', path: '/x' },
  distro: { id: 'debian', version: '12', prettyName: 'Debian 12', namespace: 'debian:12' },
  packages: [
    {
      identity: { type: 'deb', namespace: 'debian:12', name: 'zlib1g', version: '1', owner: 'none', purl: 'pkg:deb/debian/zlib1g@1' },
      evidence: [{ cataloger: 'dpkg', path: 'var/lib/dpkg/status' }],
    },
  ],
  gaps: [],
  catalogers: { dpkg: 1 },
});
const bytes = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));

test('what was sent is what is read', () => {
  const document = bytes({ assayInventory: 1, inventory: inventory() });
  expect(isInventoryDocument(document)).toBe(true);
  expect(readInventoryDocument(document)).toEqual(inventory());
});

describe('a hostile document is refused with the field named', () => {
  const spoil: [string, (i: Record<string, never>) => unknown][] = [
    ['subject.kind', (i) => ({ ...i, subject: { kind: 'planet', name: 'x' } })],
    ['subject.digest', (i) => ({ ...i, subject: { kind: 'sbom', name: 'x', format: 'y', digest: '../../etc' } })],
    ['distro', (i) => ({ ...i, distro: 7 })],
    ['packages', (i) => ({ ...i, packages: 'many' })],
    ['packages[0].identity.type', (i) => ({ ...i, packages: [{ ...first(i), identity: { ...first(i).identity, type: '__proto__' } }] })],
    ['packages[0].identity.owner', (i) => ({ ...i, packages: [{ ...first(i), identity: { ...first(i).identity, owner: 'me' } }] })],
    ['packages[0].identity.name', (i) => ({ ...i, packages: [{ ...first(i), identity: { ...first(i).identity, name: 'a\0b' } }] })],
    ['packages[0].identity.version', (i) => ({ ...i, packages: [{ ...first(i), identity: { ...first(i).identity, version: 3 } }] })],
    ['packages[0].identity.purl', (i) => ({ ...i, packages: [{ ...first(i), identity: { ...first(i).identity, purl: 'pkg:x/\ud800' } }] })],
    ['packages[0].identity', (i) => ({ ...i, packages: [{ ...first(i), identity: { ...first(i).identity, name: 'n'.repeat(3000) } }] })],
    ['subject.name', (i) => ({ ...i, subject: { kind: 'directory', path: '/', name: 'n'.repeat(1000) } })],
    ['subject.size', (i) => ({ ...i, subject: { kind: 'directory', path: '/', name: 'n', size: { deep: '\0' } } })],
    ['packages[0].evidence', (i) => ({ ...i, packages: [{ ...first(i), evidence: 'here' }] })],
    ['gaps[0].message', (i) => ({ ...i, gaps: [{ code: 'x' }] })],
  ];
  test.each(spoil)('%s', (field, change) => {
    const spoilt = change(JSON.parse(JSON.stringify(inventory())) as Record<string, never>);
    expect(() => readInventoryDocument(bytes({ assayInventory: 1, inventory: spoilt }))).toThrow(field);
  });
  test.each([['{"assayInventory":1'], ['{"assayInventory":2,"inventory":{}}'], ['{"assayInventory":1,"inventory":null}']])('%s', (text) => {
    expect(() => readInventoryDocument(Buffer.from(text))).toThrow(/inventory/);
  });
});

function first(i: Record<string, never>): { identity: object } {
  return (i['packages'] as unknown as { identity: object }[])[0] as { identity: object };
}
