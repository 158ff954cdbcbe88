import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogFiles, packagesOf } from '@assay/testkit/catalog-files.ts';
import { missingDataReason, unpackTestData } from '@assay/testkit/test-data.ts';
import { describe, expect, it, test } from 'vitest';
import { dpkg } from './dpkg.ts';

const status = 'var/lib/dpkg/status';
const data = unpackTestData('inventories');
if (data === null) console.warn(missingDataReason('inventories'));
const real = describe.skipIf(data === null);
const debianHost = existsSync(`/${status}`);
if (!debianHost) console.warn('skipped: this machine has no dpkg database to compare with dpkg-query');

function read(path: string): Buffer {
  return readFileSync(join(data!, path));
}
function named(text: string): string[] {
  return packagesOf(dpkg, { [status]: text }).map((found) => `${found.name} ${found.version}`);
}

describe('dpkg status', () => {
  it('takes the state by its third word', () => {
    const stanza = (name: string, state: string): string => `Package: ${name}\nStatus: ${state}\nVersion: 1\n\n`;
    const text =
      stanza('a', 'install ok installed') +
      stanza('b', 'hold ok installed') +
      stanza('c', 'deinstall ok config-files') +
      stanza('d', 'install ok config-files') +
      stanza('e', 'install ok half-configured') +
      stanza('f', 'purge ok not-installed') +
      stanza('g', 'deinstall reinstreq installed');
    expect(named(text)).toEqual(['a 1', 'b 1', 'e 1', 'g 1']);
  });
  it('reads a last stanza without newline, CRLF, lines beyond 64 KiB, duplicate keys and garbage lines', () => {
    const long = `Depends: ${'x, '.repeat(60_000)}`;
    const text = `garbage\r\nPackage: a\r\nVersion: 1\r\nVersion: 2\r\n\r\n\nPackage: b\n${long}\nno colon here\nVersion: 3`;
    expect(named(text)).toEqual(['a 1', 'b 3']);
  });
  it('keeps the name and version of the source package', () => {
    const text = 'Package: b\nSource: s (2:1-1)\nVersion: 1-1+b1\n\nPackage: c\nSource: t\nVersion: 4\n\nPackage: d\nVersion: 5\n';
    expect(packagesOf(dpkg, { [status]: text }).map((found) => [found.sourceName, found.sourceVersion])).toEqual([
      ['s', '2:1-1'],
      ['t', '4'],
      ['d', '5'],
    ]);
  });
  it('keeps both architectures of a multi-arch package and their own file lists', () => {
    const stanza = (arch: string): string => `Package: libc6\nArchitecture: ${arch}\nVersion: 2\n\n`;
    const found = packagesOf(dpkg, {
      [status]: stanza('amd64') + stanza('i386') + stanza('i386'),
      'var/lib/dpkg/info/libc6:amd64.list': '/.\n/lib\n/lib/x86_64-linux-gnu\n/lib/x86_64-linux-gnu/libc.so.6\n',
      'var/lib/dpkg/info/libc6:i386.list': '/.\n/lib\n/lib/libc.so.6',
    });
    expect(found.map((each) => [each.arch, each.owns])).toEqual([
      ['amd64', ['lib/x86_64-linux-gnu/libc.so.6']],
      ['i386', ['lib/libc.so.6']],
    ]);
  });
  it('reads status.d of distroless images and leaves its checksums alone', () => {
    const found = packagesOf(dpkg, {
      'var/lib/dpkg/status.d/base': 'Package: base-files\nVersion: 12\nArchitecture: amd64',
      'var/lib/dpkg/status.d/base.md5sums': 'd41d8cd98f00b204e9800998ecf8427e  etc/debian_version\n',
    });
    expect(found.map((each) => each.name)).toEqual(['base-files']);
  });
  it('binds a nested root file system to its own root', () => {
    const [found] = packagesOf(dpkg, { 'mnt/root/var/lib/dpkg/status': 'Package: a\nVersion: 1\n' });
    expect(found).toMatchObject({ root: 'mnt/root', ownerClass: 'other', paths: ['mnt/root/var/lib/dpkg/status'] });
  });
  it('says when packages do not come from the distribution', () => {
    const distro = { id: 'debian', version: '12', prettyName: 'Debian', namespace: 'debian:12' };
    const text =
      'Package: a\nVersion: 1\n\nPackage: b\nVersion: 1\nVendor: Some Inc\n\nPackage: c\nVersion: 1\nOrigin: Debian\n' +
      '\nPackage: d\nVersion: 1\nMaintainer: Docker <support@docker.com>\n\nPackage: e\nVersion: 1\nMaintainer: A <a@debian.org>\nLicense: MIT\n' +
      '\nPackage: f\nVersion: 1\nMaintainer: Some Vendor <a@b.example>\n\nPackage: g\nVersion: 1\nMaintainer: Ubuntu Developers <x@lists.ubuntu.com>\n';
    expect(packagesOf(dpkg, { [status]: text }, { distro }).map((each) => [each.ownerClass, each.vendor])).toEqual([
      ['comprehensive-distro', undefined],
      ['other', 'Some Inc'],
      ['comprehensive-distro', undefined],
      ['other', 'Docker'],
      ['other', 'A'],
      ['other', undefined],
      ['comprehensive-distro', undefined],
    ]);
  });
  it('names a database without readable entries', () => {
    expect(catalogFiles(dpkg, { [status]: '\0\0\0\0' }).gaps.map((gap) => gap.code)).toEqual(['unreadable-package-database']);
    expect(catalogFiles(dpkg, { [status]: 'Package: a\n\n' }).gaps.map((gap) => gap.code)).toEqual(['unparsable-file']);
  });
});

real('dpkg on real databases', () => {
  it('reads all 772 packages of a Debian 12', () => {
    const found = packagesOf(dpkg, { [status]: read('debian12-bookworm/var/lib/dpkg/status') });
    expect(found).toHaveLength(772);
  });
  it('leaves out only the stanza without a version of a damaged database', () => {
    const { packages, gaps } = catalogFiles(dpkg, { [status]: read('fanal/analyzer/pkg/dpkg/testdata/corrupsed') });
    expect(packages.map((found) => found.name)).toEqual(['libpam-runtime', 'libpam-modules-bin', 'makedev', 'libgcc1', 'invalidpkg']);
    expect(gaps.map((gap) => gap.code)).toEqual(['unparsable-file']);
  });
  it('reads lines beyond 64 KiB', () => {
    const bytes = read('dpkg-rpm/claircore/dpkg/testdata/texlive.status');
    const installed = bytes.toString().match(/^Status: install ok installed$/gm)!.length;
    expect(packagesOf(dpkg, { [status]: bytes })).toHaveLength(installed);
  });
  it('leaves the database of vcpkg alone', () => {
    expect(catalogFiles(dpkg, { [status]: read('dpkg-rpm/claircore/dpkg/testdata/vcpkg.status') })).toEqual({ packages: [], gaps: [] });
  });
});

describe.skipIf(!debianHost)('dpkg against dpkg-query', () => {
  it('agrees on this machine, source versions included', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    const format = '${db:Status-Status} ${Package} ${Architecture} ${Version} ${source:Package} ${source:Version}\\n';
    const expected = execFileSync('dpkg-query', ['-W', `-f=${format}`], { encoding: 'utf8', maxBuffer: 1 << 26 })
      .split('\n')
      .filter((line) => line !== '' && !/^(config-files|not-installed) /.test(line))
      .map((line) => line.slice(line.indexOf(' ') + 1));
    const found = packagesOf(dpkg, { [status]: readFileSync(`/${status}`) });
    const lines = found.map((each) => [each.name, each.arch, each.version, each.sourceName, each.sourceVersion].join(' '));
    expect(lines.sort()).toEqual(expected.sort());
  });
});

test.each([
  ['linux-signed-amd64 (6.1.128+1)', '6.1.128-1', 'linux 6.1.128-1'],
  ['linux-signed', '5.15.0-91.101', 'linux 5.15.0-91.101'],
  ['linux-signed-aws (6.5.0-1014.14)', '6.5.0-1014.14', 'linux-aws 6.5.0-1014.14'],
  ['linux-meta (6.1)', '6.1', 'linux-meta 6.1'],
])('a kernel image of %s is looked up as %3$s', (source, version, expected) => {
  const text = `Package: linux-image\nStatus: install ok installed\nSource: ${source}\nVersion: ${version}\n`;
  const [found] = packagesOf(dpkg, { 'var/lib/dpkg/status': text });
  expect(`${found?.sourceName} ${found?.sourceVersion}`).toBe(expected);
});
