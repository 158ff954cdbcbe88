import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeCataloger } from '@assay/testkit/cataloger-conformance.ts';
import { rpm } from './rpm.ts';
import { writeBdb, writeNdb } from './testdata/database-writer.ts';
import { encodeHeader } from './testdata/header-writer.ts';

function header(name: string, size: number): Buffer {
  return encodeHeader([
    [1000, 6, [name]],
    [1001, 6, ['1.0']],
    [1002, 6, ['2.el9']],
    [1003, 4, [1]],
    [1004, 6, ['s'.repeat(size)]],
    [1022, 6, ['x86_64']],
    [1044, 6, [`${name}-1.0-2.el9.src.rpm`]],
    [1116, 4, [0]],
    [1117, 8, ['tool']],
    [1118, 8, ['/usr/bin/']],
    [5096, 6, ['perl:5.26:1:x']],
  ]);
}
const headers = [header('first', 10), header('second', 9000), header('third', 30)];

/** The log holds the last header: both files are needed to see all three. */
function sqlite(): { main: Buffer; wal: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'assay-rpm-'));
  const path = join(folder, 'rpmdb.sqlite');
  const open = new DatabaseSync(path);
  open.exec(
    "PRAGMA page_size=1024; PRAGMA journal_mode=WAL; CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)",
  );
  const insert = open.prepare('INSERT INTO Packages (blob) VALUES (?)');
  for (const each of headers.slice(0, 2)) insert.run(each);
  open.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint=0');
  insert.run(headers[2]!);
  const files = { main: readFileSync(path), wal: readFileSync(`${path}-wal`) };
  open.close();
  rmSync(folder, { recursive: true });
  return files;
}
const { main, wal } = sqlite();
const manifest =
  'a\t1-1.cm2\t0\t0\tMicrosoft Corporation\t(none)\t1\tx86_64\t0\ta-1-1.cm2.src.rpm\nb\t2-1\t0\t0\tx\t3\t1\tnoarch\t3\tb-2-1.src.rpm\n';

describeCataloger({
  cataloger: rpm,
  url: import.meta.url,
  fixtures: {
    sqlite: { 'var/lib/rpm/rpmdb.sqlite': main, 'var/lib/rpm/rpmdb.sqlite-wal': wal },
    ndb: { 'usr/lib/sysimage/rpm/Packages.db': writeNdb(headers) },
    bdb: { 'var/lib/rpm/Packages': writeBdb(headers) },
    manifest: { 'var/lib/rpmmanifest/container-manifest-2': manifest },
  },
});
