import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import { type Database, embeddedTarget, openDatabase } from '@assay/server/db/database.ts';
import { createPool } from '@assay/server/db/pool.ts';
import { startEmbeddedPostgres } from '@assay/server/db/postgres/supervisor.ts';
import type pg from 'pg';
import { buildEstate, type EstateFacts, type EstateSize } from './estate/build.ts';

/** The embedded PostgreSQL with the settings of a real start, holding an estate. */
export interface BenchService {
  readonly owner: pg.Pool;
  readonly database: Database;
  readonly socketDirectory: string;
  readonly facts: EstateFacts;
  /** Zero when the estate was there already. */
  readonly buildSeconds: number;
  stop(): Promise<void>;
}

/** A folder that already holds an estate of this size is taken as it is. */
export async function startService(folder: string, size: EstateSize): Promise<BenchService> {
  mkdirSync(folder, { recursive: true });
  const postgres = await startEmbeddedPostgres({
    dataDirectory: folder,
    tempDirectory: tmpdir(),
    systemUser: process.env['ASSAY_PG_USER'],
    log: silentLogger,
  });
  const target = embeddedTarget(postgres);
  const database = await openDatabase(target, silentLogger);
  const owner = createPool(target.owner, { name: 'bench-owner', max: 2, log: silentLogger });
  const marker = join(folder, 'estate.json');
  const started = performance.now();
  let facts = readFacts(marker, size);
  const built = facts === undefined;
  if (facts === undefined) {
    facts = await buildEstate(owner, size);
    writeFileSync(marker, JSON.stringify({ size, facts }));
  }
  return {
    owner,
    database,
    socketDirectory: postgres.socketDirectory,
    facts,
    buildSeconds: built ? (performance.now() - started) / 1000 : 0,
    async stop() {
      await Promise.all([owner.end(), database.close()]);
      await postgres.stop();
    },
  };
}

function readFacts(marker: string, size: EstateSize): EstateFacts | undefined {
  if (!existsSync(marker)) return undefined;
  const held = JSON.parse(readFileSync(marker, 'utf8')) as { size: EstateSize; facts: EstateFacts };
  return JSON.stringify(held.size) === JSON.stringify(size) ? held.facts : undefined;
}
