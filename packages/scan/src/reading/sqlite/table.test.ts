import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqlite } from './database.ts';
import { findTable, walkTable } from './table.ts';

const scratch = mkdtempSync(join(tmpdir(), 'assay-sqlite-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let files = 0;

type Stored = null | number | string | Uint8Array;

const value = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => (Object.is(each, -0) ? 0 : each)),
  fc.string(),
  fc.uint8Array({ maxLength: 40 }),
  // Around the sizes at which a row begins to spill into overflow pages, and far beyond.
  fc.integer({ min: 0, max: 20_000 }).map((length) => new Uint8Array(length).fill(length % 251)),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('insert' as const), value }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'checkpoint' as const }) },
);

/** A database after these steps, with what lies in its log, and its rows as SQLite reads them. */
function make(pageSize: number, steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) {
  const path = join(scratch, `${files++}.sqlite`);
  const open = new DatabaseSync(path);
  open.exec(`PRAGMA page_size=${pageSize}; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=OFF`);
  open.exec('CREATE TABLE other (x); CREATE TABLE t (id INTEGER PRIMARY KEY, v); CREATE INDEX i ON t (id)');
  const insert = open.prepare('INSERT INTO t (v) VALUES (?)');
  for (const each of steps) {
    if (each.kind === 'insert') insert.run(each.value as Stored);
    else if (each.kind === 'delete') open.exec(`DELETE FROM t WHERE id % 61 = ${each.at}`);
    else open.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }
  const rows = open.prepare('SELECT id, v FROM t ORDER BY id').all() as { id: number; v: Stored }[];
  const result = { main: readFileSync(path), wal: readFileSync(`${path}-wal`), rows };
  open.close();
  return result;
}

describe('tables of SQLite', () => {
  it('hold the rows that SQLite itself reads, whatever the page size and however much waits in the log', () => {
    fc.assert(
      fc.property(fc.constantFrom(512, 1024, 4096, 65536), fc.array(step, { minLength: 1, maxLength: 60 }), (pageSize, steps) => {
        const { main, wal, rows } = make(pageSize, [{ kind: 'checkpoint' }, ...steps]);
        const database = openSqlite(main, wal);
        const read = [...walkTable(database, findTable(database, 't')!)];
        const plain = read.map((row) => ('damage' in row ? row : { id: row.rowid, v: comparable(row.values[1] as Stored) }));
        expect(plain).toEqual(rows.map((row) => ({ id: row.id, v: comparable(row.v) })));
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });
  it('are not found under another name', () => {
    const { main, wal } = make(1024, []);
    expect(findTable(openSqlite(main, wal), 'Packages')).toBeUndefined();
  });
});

function comparable(stored: Stored): unknown {
  return stored instanceof Uint8Array ? Buffer.from(stored).toString('hex') : stored;
}
