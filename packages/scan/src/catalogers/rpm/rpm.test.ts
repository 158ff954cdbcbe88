import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { catalogFiles, extractFile, packagesOf } from '@assay/testkit/catalog-files.ts';
import { missingDataReason, unpackTestData } from '@assay/testkit/test-data.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { canBeEvidence } from '../../reading/owned.ts';
import { joinVersion, splitSourceRpm } from './package.ts';
import { rpm } from './rpm.ts';
import { writeBdb } from './testdata/database-writer.ts';
import { encodeHeader } from './testdata/header-writer.ts';

const db = 'var/lib/rpm/rpmdb.sqlite';
const scratch = mkdtempSync(join(tmpdir(), 'assay-rpm-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const data = unpackTestData('inventories');
if (data === null) console.warn(missingDataReason('inventories'));
function has(command: string, flag = '--version'): boolean {
  try {
    execFileSync(command, [flag], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const withRpm = has('rpm') && has('rpmbuild');
if (!has('db5.3_load', '-V')) console.warn('skipped: db5.3_load is not installed (Debian package db5.3-util)');
if (!withRpm) console.warn('skipped: rpm and rpmbuild are not installed (Debian package rpm)');

/** A database file with these header blobs, made by SQLite itself. */
function sqliteOf(name: string, blobs: readonly Buffer[]): { path: string; open: DatabaseSync } {
  const path = join(scratch, name);
  const open = new DatabaseSync(path);
  open.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)",
  );
  for (const blob of blobs) insert(open, blob);
  return { path, open };
}
function insert(open: DatabaseSync, blob: Buffer): void {
  open.prepare('INSERT INTO Packages (blob) VALUES (?)').run(blob);
}
function headerOf(name: string, extra: Parameters<typeof encodeHeader>[0] = []): Buffer {
  return encodeHeader([[1000, 6, [name]], [1001, 6, ['1.0']], [1002, 6, ['2']], ...extra]);
}
function names(tree: Record<string, Buffer>): string[] {
  return packagesOf(rpm, tree)
    .map((found) => `${found.name} ${found.version}`)
    .sort();
}

describe('rpm headers', () => {
  it('joins the version and splits the source RPM', () => {
    expect([joinVersion(0, '1', '2'), joinVersion(3, '1', '2'), joinVersion(undefined, '1', '')]).toEqual(['1-2', '3:1-2', '1']);
    expect(splitSourceRpm('perl-Errno-1.28-420.el8.src.rpm')).toEqual({ sourceName: 'perl-Errno', sourceVersion: '1.28-420.el8' });
    expect(splitSourceRpm('a-1-2.nosrc.rpm')).toEqual({ sourceName: 'a', sourceVersion: '1-2' });
    expect([splitSourceRpm('(none)'), splitSourceRpm('a-1.src.rpm'), splitSourceRpm(undefined)]).toEqual([{}, {}, {}]);
  });
  it('tells a header that says "not modular" from one that says nothing, and skips keys', () => {
    const { path, open } = sqliteOf('module.sqlite', [
      headerOf('a', [[5096, 6, ['perl:5.26:820181219174508:9edba152']]]),
      headerOf('b', [[5096, 6, ['']]]),
      headerOf('c', [[1011, 6, ['(none)']]]),
      headerOf('gpg-pubkey'),
    ]);
    open.close();
    const found = packagesOf(rpm, { [db]: readFileSync(path) });
    expect(found.map((each) => [each.name, each.module, each.vendor])).toEqual([
      ['a', 'perl:5.26', undefined],
      ['b', '', undefined],
      ['c', undefined, undefined],
    ]);
  });
  it('lets entries behind the region override those in it, and leaves ghosts out of the files', () => {
    const { path, open } = sqliteOf('files.sqlite', [
      headerOf('a', [
        [1118, 8, ['/usr/bin/', '/etc/']],
        [1117, 8, ['tool', 'conf', 'gone']],
        [1116, 4, [0, 1, 9]],
        [1037, 4, [0, 64, 0]],
        [1000, 6, ['renamed']],
      ]),
    ]);
    open.close();
    expect(packagesOf(rpm, { [db]: readFileSync(path) })).toMatchObject([{ name: 'renamed', owns: ['usr/bin/tool'] }]);
  });
});

describe('rpmdb.sqlite and its write-ahead log', () => {
  const big = headerOf('big', [[1004, 6, ['x'.repeat(300_000)]]]);
  const { path, open } = sqliteOf('wal.sqlite', [headerOf('first'), big]);
  open.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint=0');
  const before = readFileSync(path);
  for (let index = 0; index < 300; index++) insert(open, headerOf(`late${index}`));
  open.exec("DELETE FROM Packages WHERE hnum = 1; BEGIN; INSERT INTO Packages (blob) VALUES (x'00')");
  open.exec('PRAGMA cache_spill=ON');
  const main = readFileSync(path);
  const wal = readFileSync(`${path}-wal`);
  open.exec('ROLLBACK');
  open.close();
  const late = Array.from({ length: 300 }, (_, index) => `late${index} 1.0-2`);

  it('reads the committed state of both files, large rows over many pages included', () => {
    expect(main.equals(before)).toBe(true);
    expect(names({ [db]: main })).toEqual(['big 1.0-2', 'first 1.0-2']);
    expect(names({ [db]: main, [`${db}-wal`]: wal })).toEqual([...late, 'big 1.0-2'].sort());
  });
  it('ignores the log where a frame is cut, changed or of another generation', () => {
    const cut = wal.subarray(0, 32 + 100);
    const salted = Buffer.from(wal);
    salted[16] = salted[16]! ^ 1;
    for (const log of [cut, salted, Buffer.alloc(0), Buffer.alloc(5000)]) {
      expect(names({ [db]: main, [`${db}-wal`]: log })).toEqual(['big 1.0-2', 'first 1.0-2']);
    }
    const partly = Buffer.from(wal);
    partly[wal.length - 10] = partly[wal.length - 10]! ^ 1;
    expect(names({ [db]: main, [`${db}-wal`]: partly }).length).toBeGreaterThan(2);
  });
});

describe('a write-ahead log of another database', () => {
  it('is left out where the database is whole without it, and named', () => {
    const many = sqliteOf(
      'many.sqlite',
      Array.from({ length: 400 }, (_, index) => headerOf(`p${index}`)),
    );
    many.open.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const main = readFileSync(many.path);
    many.open.close();
    const few = sqliteOf('few.sqlite', [headerOf('other')]);
    few.open.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint=0');
    insert(few.open, headerOf('another'));
    const foreign = readFileSync(`${few.path}-wal`);
    few.open.close();
    const { packages, gaps } = catalogFiles(rpm, { [db]: main, [`${db}-wal`]: foreign });
    expect(packages).toHaveLength(400);
    expect(gaps.map((gap) => gap.message)).toEqual(['The write-ahead log of the RPM database does not fit it and was left out.']);
  });
});

describe('databases that cannot be read', () => {
  const codes = (tree: Record<string, Buffer>): string[] => catalogFiles(rpm, tree).gaps.map((gap) => gap.code);
  it('are gaps, never zero packages', () => {
    const { path, open } = sqliteOf('none.sqlite', []);
    open.exec('DROP TABLE Packages');
    open.close();
    expect(codes({ [db]: readFileSync(path) })).toEqual(['unreadable-package-database']);
    expect(codes({ [db]: Buffer.alloc(0) })).toEqual(['unreadable-package-database']);
    expect(codes({ [db]: Buffer.from('not a database') })).toEqual(['unsupported-package-database']);
    expect(codes({ 'usr/lib/sysimage/rpm/Packages.db': Buffer.alloc(8192) })).toEqual(['unsupported-package-database']);
  });
  it('with links that lead in circles end, and what is whole is read', () => {
    const bdb = writeBdb([headerOf('a'), headerOf('b', [[1004, 6, ['x'.repeat(9000)]]])]);
    bdb.writeUInt32LE(2, 2 * 4096 + 16);
    expect(names({ 'var/lib/rpm/Packages': bdb })).toEqual(['a 1.0-2']);
    expect(codes({ 'var/lib/rpm/Packages': bdb })).toEqual(['unreadable-package-database']);
    const many = Array.from({ length: 400 }, (_, index) => headerOf(`p${index}`));
    const { path, open } = sqliteOf('circle.sqlite', many);
    open.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const root = Number(
      (open.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'Packages'").get() as { rootpage: number }).rootpage,
    );
    open.close();
    const sqlite = readFileSync(path);
    const page = (root - 1) * 4096;
    expect(sqlite[page]).toBe(5);
    const firstCell = page + sqlite.readUInt16BE(page + 12);
    sqlite.writeUInt32BE(root, firstCell);
    const { packages, gaps } = catalogFiles(rpm, { [db]: sqlite });
    expect(gaps.map((gap) => gap.code)).toEqual(['unreadable-package-database']);
    expect(packages.length).toBeGreaterThan(300);
    expect(packages.length).toBeLessThan(400);
  });
  it('prefer the newest format that has packages', () => {
    const { path, open } = sqliteOf('newest.sqlite', [headerOf('a')]);
    open.close();
    const manifest = Buffer.from('b\t1-1\t0\t0\tMicrosoft Corporation\t(none)\t1\tx86_64\t0\tb-1-1.src.rpm\n');
    const place = 'var/lib/rpmmanifest/container-manifest-2';
    expect(names({ [db]: readFileSync(path), [place]: manifest })).toEqual(['a 1.0-2']);
    expect(names({ [place]: manifest })).toEqual(['b 1-1']);
  });
});

describe.skipIf(data === null)('rpm on real databases', () => {
  const fixture = (path: string): Buffer => readFileSync(join(data!, 'rpmdb/go-rpmdb', path));
  it.skipIf(!withRpm)('agrees with rpm on CBL-Mariner 2.0: packages, modules and files', () => {
    const folder = join(data!, 'rpmdb/go-rpmdb/cbl-mariner-2.0');
    const query = (format: string): string[] =>
      execFileSync('rpm', ['-qa', '--dbpath', folder, '--queryformat', format], { encoding: 'utf8', maxBuffer: 1 << 26 })
        .trim()
        .split('\n');
    const found = packagesOf(rpm, { [db]: fixture('cbl-mariner-2.0/rpmdb.sqlite') });
    expect(found.map((each) => `${each.name} ${each.version} ${each.arch}`).sort()).toEqual(
      query('%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH}\\n').sort(),
    );
    const files = query('[%{=NAME} %{FILENAMES} %{FILEFLAGS}\\n]').map((line) => line.split(' '));
    const owned = files.filter(([, path, flags]) => path?.startsWith('/') && (Number(flags) & 64) === 0 && canBeEvidence(path.slice(1)));
    const expected = owned.map(([name, path]) => `${name} ${path?.slice(1)}`);
    expect(expected.length).toBeGreaterThan(1000);
    const mine = found.flatMap((each) => (each.owns ?? []).map((path) => `${each.name} ${path}`));
    expect(mine.sort()).toEqual(expected.sort());
  });
  it('reads NDB of SLE 15 and Berkeley DB', () => {
    expect(packagesOf(rpm, { 'usr/lib/sysimage/rpm/Packages.db': fixture('sle15-bci/Packages.db') })).toHaveLength(35);
    expect(names({ 'var/lib/rpm/Packages': fixture('libuuid/Packages') })).toEqual(['libuuid 2.32.1-42.el8_8']);
    const epoch = readFileSync(join(data!, 'osv-scalibr-os/extractor/filesystem/os/rpm/testdata/Packages_epoch'));
    expect(names({ 'var/lib/rpm/Packages': epoch })).toEqual(['hello 1:0.0.1-rls']);
  });
});

describe.skipIf(!has('db5.3_load', '-V'))('Berkeley DB made by its own tools', () => {
  const blobs = [headerOf('small'), headerOf('large', [[1004, 6, ['y'.repeat(70_000)]]])];
  const hex = (bytes: Buffer): string => ` ${bytes.toString('hex')}\n`;
  const records = Array.from({ length: 300 }, (_, at) => blobs[at % 2]!).map((blob, at) => {
    const key = Buffer.alloc(4);
    key.writeUInt32LE(at + 1);
    return hex(key) + hex(blob);
  });
  const counter = hex(Buffer.alloc(4)) + hex(Buffer.from([45, 1, 0, 0]));
  it.each([
    [1234, 512],
    [4321, 4096],
    [4321, 65536],
  ])('reads byte order %i with pages of %i bytes', (order, pageSize) => {
    const file = join(scratch, `Packages.${order}.${pageSize}`);
    const header = `VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder=${order}\ndb_pagesize=${pageSize}\nHEADER=END\n`;
    execFileSync('db5.3_load', [file], { input: `${header}${counter}${records.join('')}DATA=END\n` });
    const { packages, gaps } = catalogFiles(rpm, { 'var/lib/rpm/Packages': readFileSync(file) });
    // All copies of one header are one package: the assembled inventory is unique.
    expect(packages.map((found) => found.name).sort()).toEqual(['large', 'small']);
    expect(gaps).toEqual([]);
    const facts = extractFile(rpm, 'var/lib/rpm/Packages', { 'var/lib/rpm/Packages': readFileSync(file) });
    expect(facts).toHaveLength(300);
  });
});

describe.skipIf(!withRpm)('rpm against rpm -qa', () => {
  it('agrees on a database that rpm made, epochs and vendors included', () => {
    const spec = join(scratch, 'x.spec');
    writeFileSync(
      spec,
      'Name: %{n}\nVersion: 1.5\nRelease: 7\n%{?e:Epoch: %{e}}\nSummary: t\nLicense: MIT\nVendor: Acme\nBuildArch: noarch\n' +
        '%description\nd\n%install\nmkdir -p %{buildroot}/opt/%{n}\necho 1 > %{buildroot}/opt/%{n}/tool\n%files\n/opt/%{n}/tool\n',
    );
    const folder = join(scratch, 'db');
    for (const [name, epoch] of [['one'], ['two', '3']]) {
      const defines = [`_topdir ${scratch}/top`, `n ${name}`, ...(epoch === undefined ? [] : [`e ${epoch}`])];
      execFileSync('rpmbuild', ['-bb', ...defines.flatMap((define) => ['--define', define]), spec], { stdio: 'ignore' });
      const file = join(scratch, 'top/RPMS/noarch', `${name}-1.5-7.noarch.rpm`);
      execFileSync('rpm', ['-i', '--justdb', '--nodeps', '--dbpath', folder, file], { stdio: 'ignore' });
    }
    const format = '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH} %{VENDOR} %{SOURCERPM}\\n';
    const expected = execFileSync('rpm', ['-qa', '--dbpath', folder, '--queryformat', format], { encoding: 'utf8' });
    const tree = { [db]: readFileSync(join(folder, 'rpmdb.sqlite')), [`${db}-wal`]: readFileSync(join(folder, 'rpmdb.sqlite-wal')) };
    const found = packagesOf(rpm, tree);
    const lines = found.map(
      (each) => `${each.name} ${each.version} ${each.arch} ${each.vendor} ${each.sourceName}-${each.sourceVersion}.src.rpm`,
    );
    expect(lines.sort()).toEqual(expected.trim().split('\n').sort());
    expect(found.map((each) => each.owns).sort()).toEqual([['opt/one/tool'], ['opt/two/tool']]);
  });
});
