import { expect, test } from 'vitest';
import { inventoryOfSbom } from './read-sbom.ts';

const sbom = (name: string, components: readonly object[]): Buffer =>
  Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', metadata: { component: { name } }, components }));

test('everything that reaches a table can be held by PostgreSQL, whatever the document says', () => {
  const place = { properties: [{ name: 'syft:location:0:path', value: '/a\0b' }] };
  const inventory = inventoryOfSbom(
    sbom(`sample\0${'é'.repeat(9000)}`, [
      { name: 'good', version: '1', purl: 'pkg:npm/good@1', ...place },
      { name: 'nul', version: '1', purl: 'pkg:npm/a%00b@1' },
      { name: 'nul\0', version: '1', purl: 'nonsense\0' },
      { name: 'arch', version: '1', purl: 'pkg:deb/debian/arch@1?distro=debian-12&arch=a%00b' },
      { name: 'source', version: '1', purl: `pkg:deb/debian/source@1?distro=debian-12&upstream=${'x'.repeat(3000)}` },
      { name: 'release', version: '1', purl: 'pkg:deb/debian/release@1?distro=%00' },
      { name: 'half', version: '1\ud800', purl: 'pkg:npm/half' },
    ]),
    'fallback',
  );
  expect(inventory.packages.map((one) => one.identity.name)).toEqual(['release', 'good']);
  expect(JSON.stringify(inventory)).not.toMatch(/\\u0000|\\ud800/);
  expect(inventory.subject.name).toHaveLength(512);
  expect(inventory.gaps.map((gap) => gap.message).join()).toContain('3 components were not checked');
});

test('a package that is named again and again is read in linear time', { timeout: 20_000 }, () => {
  const inventory = inventoryOfSbom(sbom('x', Array(50_000).fill({ name: 'a', version: '1', purl: 'pkg:npm/a@1' })), 'x');
  expect(inventory.packages).toHaveLength(1);
  expect(inventory.packages[0]?.evidence).toHaveLength(50_000);
});

test('a document that is nothing but brackets is refused before it is parsed', () => {
  const bytes = Buffer.from(`{"bomFormat":"CycloneDX","components":[${'{},'.repeat(4_000_000)}{}]}`);
  expect(() => inventoryOfSbom(bytes, 'x')).toThrow(/objects and lists/);
});
