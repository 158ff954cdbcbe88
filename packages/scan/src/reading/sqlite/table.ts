import { type SqliteDatabase, UnreadableDatabase } from './database.ts';
import { MAX_PAYLOAD, readRecord, readVarint, type SqliteValue } from './record.ts';

const INTERIOR = 5;
const LEAF = 13;

export type Row = { readonly rowid: number; readonly values: readonly SqliteValue[] };
/** A page or row that cannot be read; the walk goes on behind it. */
export type Damage = { readonly damage: string };

/** Root page of a table; undefined when the schema has no such table. */
export function findTable(database: SqliteDatabase, name: string): number | undefined {
  for (const row of walkTable(database, 1)) {
    if ('damage' in row) continue;
    const [type, , table, root] = row.values;
    if (type === 'table' && table === name && typeof root === 'number') return root;
  }
  return undefined;
}

/**
 * Rows of a table b-tree, given its root page. Every page is visited at most once, chains of overflow pages included, so hostile links
 * cost no more than the file has pages.
 */
export function* walkTable(database: SqliteDatabase, root: number): Generator<Row | Damage> {
  const visited = new Set<number>();
  const pending = [root];
  while (pending.length > 0) {
    const number = pending.pop()!;
    if (visited.has(number)) {
      yield { damage: `Page ${number} is linked twice.` };
      continue;
    }
    visited.add(number);
    let cells: Cells;
    try {
      cells = readCells(database, number);
    } catch (error) {
      yield damageOf(error);
      continue;
    }
    if (cells.type === INTERIOR) pending.push(...childrenOf(cells).reverse());
    else yield* readRows(database, cells, visited);
  }
}

interface Cells {
  readonly type: number;
  readonly page: Buffer;
  readonly offsets: readonly number[];
  readonly rightmost: number;
}

function readCells(database: SqliteDatabase, number: number): Cells {
  const page = database.page(number);
  const start = number === 1 ? 100 : 0;
  const type = page[start]!;
  if (type !== INTERIOR && type !== LEAF) throw new UnreadableDatabase(`Page ${number} is no table page.`);
  const count = page.readUInt16BE(start + 3);
  const array = start + (type === INTERIOR ? 12 : 8);
  if (array + count * 2 > database.usable) throw new UnreadableDatabase(`Page ${number} has too many cells.`);
  const offsets = Array.from({ length: count }, (_, index) => page.readUInt16BE(array + index * 2));
  return { type, page, offsets, rightmost: type === INTERIOR ? page.readUInt32BE(start + 8) : 0 };
}

function childrenOf({ page, offsets, rightmost }: Cells): number[] {
  return [...offsets.filter((offset) => offset + 4 <= page.length).map((offset) => page.readUInt32BE(offset)), rightmost];
}

function* readRows(database: SqliteDatabase, { page, offsets }: Cells, visited: Set<number>): Generator<Row | Damage> {
  for (const offset of offsets) {
    let row: Row | Damage;
    try {
      const [size, afterSize] = readVarint(page, offset);
      const [rowid, start] = readVarint(page, afterSize);
      row = { rowid, values: readRecord(readPayload(database, { page, start, size }, visited)) };
    } catch (error) {
      row = damageOf(error);
    }
    yield row;
  }
}

/** Payload of a leaf cell: what lies in the page, then the chain of overflow pages (section 1.6 of the file format for the split). */
function readPayload(database: SqliteDatabase, cell: { page: Buffer; start: number; size: number }, visited: Set<number>): Buffer {
  const { page, start, size } = cell;
  const { usable } = database;
  if (size > MAX_PAYLOAD || size > database.pageCount * database.pageSize) throw new UnreadableDatabase('A row is larger than the file.');
  const local = localSize(size, usable);
  if (start + local > usable) throw new UnreadableDatabase('A row is cut off.');
  if (local === size) return page.subarray(start, start + size);
  const parts = [page.subarray(start, start + local)];
  let rest = size - local;
  for (let next = page.readUInt32BE(start + local); rest > 0; ) {
    if (next === 0) throw new UnreadableDatabase('A row ends too early.');
    if (visited.has(next)) throw new UnreadableDatabase(`Page ${next} is linked twice.`);
    visited.add(next);
    const overflow = database.page(next);
    const taken = Math.min(rest, usable - 4);
    parts.push(overflow.subarray(4, 4 + taken));
    rest -= taken;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts, size);
}

function localSize(size: number, usable: number): number {
  const max = usable - 35;
  if (size <= max) return size;
  const min = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitted = min + ((size - min) % (usable - 4));
  return fitted <= max ? fitted : min;
}

function damageOf(error: unknown): Damage {
  if (error instanceof UnreadableDatabase) return { damage: error.message };
  if (error instanceof RangeError) return { damage: 'An offset lies outside its page.' };
  throw error;
}
