import type pg from 'pg';

export interface TableShape {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Kept by the migrations themselves. */
const OWN = 'schema_migration';

/** Every table of ours with its stored columns; a partitioned one stands for its partitions. */
export async function readTables(db: pg.ClientBase): Promise<TableShape[]> {
  const { rows } = await db.query<TableShape>(
    `select c.relname as name,
       json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> $1
     group by c.relname order by c.relname`,
    [OWN],
  );
  return rows;
}

/**
 * The places that consumers of events have come to, sorted. Numbers of transactions mean nothing in another PostgreSQL, but consumers only
 * compare those of events with these places: so a backup keeps how many of the places each number has reached, which orders them the same.
 */
export async function readPlaces(db: pg.ClientBase, tables: readonly TableShape[]): Promise<readonly string[]> {
  const places = tables.flatMap(({ name, columns }) =>
    columns
      .filter((column) => column.type === 'xid8' && column.name !== 'tx')
      .map(
        (column) => `select ${quoted(column.name)}::text::numeric as place from ${quoted(name)} where ${quoted(column.name)} is not null`,
      ),
  );
  if (places.length === 0) return [];
  const { rows } = await db.query<{ place: string }>(`select distinct place::text from (${places.join(' union all ')}) x`);
  return rows.map((row) => row.place).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}

/** Numbers below are PostgreSQL's own. */
const FIRST_PLACE = 3;

/** The highest number of a transaction that a backup with so many places names. */
export function highestPlace(places: number): number {
  return FIRST_PLACE + places;
}

export function copyOut({ name, columns }: TableShape, places: readonly string[]): string {
  const list = columns.map((column) =>
    column.type === 'xid8'
      ? `(${FIRST_PLACE} + width_bucket(${quoted(column.name)}::text::numeric, array[${places.join(',')}]::numeric[]))::text`
      : quoted(column.name),
  );
  return `copy (select ${list.join(', ')} from ${quoted(name)}) to stdout`;
}

export function copyIn(name: string, columns: readonly string[]): string {
  return `copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
