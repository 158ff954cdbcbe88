import type pg from 'pg';
import { insertAccounts, insertIssues, insertPackages, makeDictionary } from './content.ts';
import { insertImages } from './images.ts';
import { seededRandom } from './random.ts';

/**
 * A synthetic organisation with honest shapes: layers shared by a Zipf law, no two images equal, findings half closed or
 * suppressed. A smaller scale divides images and findings; the variety of packages and layers shrinks less.
 */
export interface EstateSize {
  readonly seed: number;
  readonly accounts: number;
  readonly packages: number;
  readonly layers: number;
  /** One in a hundred is a host instead. */
  readonly images: number;
  readonly packagesPerImage: number;
  readonly issues: number;
  readonly findings: number;
}

export function estateSize(scale: number): EstateSize {
  return {
    seed: 2,
    accounts: 200,
    packages: Math.max(8_000, Math.round(60_000 * scale)),
    layers: Math.max(4_000, Math.round(40_000 * scale)),
    images: Math.round(100_000 * scale),
    packagesPerImage: 250,
    issues: Math.max(2_000, Math.round(20_000 * scale)),
    findings: Math.round(1_000_000 * scale),
  };
}

/** Counted while it was built, not promised. */
export interface EstateFacts {
  readonly images: number;
  readonly hosts: number;
  readonly distinctInventories: number;
  /** Package versions and layers that some image really holds. */
  readonly distinctPackages: number;
  readonly distinctLayers: number;
  readonly findings: number;
  readonly open: number;
}

const TABLES = ['account', 'package', 'issue', 'inventory', 'resource', 'resource_tag', 'finding', 'finding_package'];

export async function buildEstate(db: pg.Pool, size: EstateSize): Promise<EstateFacts> {
  const random = seededRandom(size.seed);
  const client = await db.connect();
  try {
    await client.query("set maintenance_work_mem = '512MB'");
    await client.query(`truncate ${TABLES.join(', ')} restart identity`);
    const indexes = await dropIndexes(client);
    await insertAccounts(client, size);
    const dictionary = makeDictionary(size, random);
    await insertPackages(client, dictionary);
    await insertIssues(client, dictionary, random);
    const facts = await insertImages(client, { size, dictionary, random });
    for (const definition of indexes) await client.query(definition);
    for (const table of ['package', 'issue', 'inventory', 'resource', 'finding']) {
      await client.query(`select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`);
    }
    await client.query('vacuum (analyze, freeze)');
    await client.query('checkpoint');
    return facts;
  } finally {
    client.release(true);
  }
}

/** Indexes are built after the rows, as a restore does it. Returns the statements that make them again. */
async function dropIndexes(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select c.relname as name, pg_get_indexdef(c.oid) as definition from pg_index x join pg_class c on c.oid = x.indexrelid
     where x.indrelid = any ($1::regclass[]) and not exists (select from pg_constraint k where k.conindid = c.oid)`,
    [TABLES],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map((row) => row.definition);
}
