import { silentLogger } from '@assay/core/context.ts';
import pg from 'pg';
import { startEmbeddedPostgres } from '../supervisor.ts';

/** A process to kill: starts PostgreSQL in argv[2] with its socket below argv[3], then writes rows and prints each number once it is committed. */
const [, , dataDirectory = '', tempDirectory = ''] = process.argv;
const log = { ...silentLogger, warn: (message: string) => console.log(`warn ${message}`) };
const postgres = await startEmbeddedPostgres({ dataDirectory, tempDirectory, log });
const client = new pg.Client({ host: postgres.socketDirectory, user: postgres.owner, database: 'postgres' });
client.on('error', () => {});
await client.connect();
await client.query('create table if not exists kept (n int primary key)');
console.log(`up ${JSON.stringify(postgres.pids())}`);
const { rows } = await client.query('select coalesce(max(n), 0) as n from kept');
for (let n = rows[0].n + 1; ; n++) {
  await client.query('insert into kept values ($1)', [n]);
  console.log(`kept ${n}`);
}
