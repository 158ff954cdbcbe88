import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogFiles, packagesOf } from '@assay/testkit/catalog-files.ts';
import { missingDataReason, unpackTestData } from '@assay/testkit/test-data.ts';
import { describe, expect, it } from 'vitest';
import { apk } from './apk.ts';

const db = 'lib/apk/db/installed';
const data = unpackTestData('inventories');
if (data === null) console.warn(missingDataReason('inventories'));

describe('apk installed database', () => {
  it('reads names, origins, architectures and files, whatever the order of the fields', () => {
    const text = 'V:1.2-r3\no:openssl\nP:libssl3\nA:x86_64\nF:usr/lib\nR:libssl.so.3\nF:\nR:top\n\nP:none\nV:2-r0\nx\n';
    expect(packagesOf(apk, { [db]: text })).toMatchObject([
      {
        name: 'libssl3',
        version: '1.2-r3',
        sourceName: 'openssl',
        sourceVersion: '1.2-r3',
        arch: 'x86_64',
        owns: ['usr/lib/libssl.so.3', 'top'],
      },
      { name: 'none', version: '2-r0', sourceName: 'none', owns: [] },
    ]);
  });
  it('tells p from P and skips virtual packages', () => {
    const text = 'P:a\np:so:liba.so.1=1\nV:1\n\nP:.build-deps\nV:20230101.120000\n\nP:b\nV:2';
    expect(packagesOf(apk, { [db]: text }).map((found) => found.name)).toEqual(['a', 'b']);
  });
  it('reads the place below usr and long dependency lines', () => {
    const text = `P:a\nD:${'so:x '.repeat(50_000)}\nV:1\n`;
    expect(packagesOf(apk, { 'usr/lib/apk/db/installed': text })).toMatchObject([{ name: 'a', paths: ['usr/lib/apk/db/installed'] }]);
  });
  it('names what it cannot read', () => {
    expect(catalogFiles(apk, { [db]: 'P:a\n\n' }).gaps.map((gap) => gap.code)).toEqual(['unparsable-file']);
    expect(catalogFiles(apk, { [db]: 'asdf\n\nyolo\n' }).gaps.map((gap) => gap.code)).toEqual(['unreadable-package-database']);
  });
});

describe.skipIf(data === null)('apk on real databases', () => {
  it.each([
    ['alpine-3.14-minirootfs-metadata/lib/apk/db/installed', [] as string[]],
    ['fanal/analyzer/pkg/apk/testdata/apk', ['invalidPackageWithoutAVersion']],
  ] as const)('reads every entry of %s', (path, broken: readonly string[]) => {
    const bytes = readFileSync(join(data!, path));
    const lines = bytes.toString().split('\n');
    const { packages, gaps } = catalogFiles(apk, { [db]: bytes });
    expect(gaps).toHaveLength(broken.length);
    const names = lines.filter((line) => line.startsWith('P:')).map((line) => line.slice(2));
    expect(packages.map((found) => found.name)).toEqual(names.filter((name) => !broken.includes(name)));
    expect(packages.map((found) => found.version)).toEqual(lines.filter((line) => line.startsWith('V:')).map((line) => line.slice(2)));
  });
});
