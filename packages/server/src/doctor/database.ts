import type pg from 'pg';
import { readMigrations } from '../db/migrate.ts';
import { WAITING } from '../eligibility/limit.ts';
import { type Check, ok, problem, warning } from './check.ts';

const OLDEST = 150_000;
const SKEW_SECONDS = 5;
const ADVISORY_DAYS = 7;

/** @param worker role worker @param api role api @param now milliseconds since the epoch */
export async function checkDatabase(pools: { readonly worker: pg.Pool; readonly api: pg.Pool }, now: () => number): Promise<Check[]> {
  const { worker, api } = pools;
  const schema = await checkSchema(worker);
  const ground = [await checkServer(worker, now), await checkRoles(worker, api), schema];
  if (schema.state === 'problem') return ground;
  return [
    ...ground,
    await checkIsolation(worker),
    await checkAdvisories(worker),
    ...(await checkQueue(worker)),
    await checkSinks(worker),
    ...(await checkHeld(worker)),
    ...(await checkClusters(worker, now())),
  ];
}

async function checkServer(db: pg.Pool, now: () => number): Promise<Check> {
  const before = now();
  const { rows } = await db.query<{ version: number; text: string; at: Date }>(
    "select current_setting('server_version_num')::int as version, current_setting('server_version') as text, clock_timestamp() as at",
  );
  const { version, text, at } = rows[0]!;
  const skew = Math.abs(at.getTime() - (before + now()) / 2) / 1000;
  if (version < OLDEST) return problem('PostgreSQL', `It is ${text}; Assay needs 15 or newer.`);
  if (skew > SKEW_SECONDS)
    return warning('PostgreSQL', `Its clock and this machine's differ by ${Math.round(skew)} s; let both follow a time server.`);
  return ok('PostgreSQL', `${text}, clocks agree`);
}

async function checkRoles(worker: pg.Pool, api: pg.Pool): Promise<Check> {
  const sql = 'select rolsuper or rolbypassrls as sees from pg_roles where rolname = current_user';
  const sees = async (pool: pg.Pool): Promise<boolean> => (await pool.query<{ sees: boolean }>(sql)).rows[0]?.sees === true;
  if (await sees(api)) return problem('roles', 'The api role sees every account; run: ALTER ROLE assay_api NOSUPERUSER NOBYPASSRLS;');
  if (!(await sees(worker)))
    return problem('roles', 'The worker role is bound by row-level security; run: ALTER ROLE assay_worker BYPASSRLS;');
  return ok('roles', 'api is bound by row-level security, worker is not');
}

async function checkSchema(db: pg.Pool): Promise<Check> {
  const { rows: found } = await db.query<{ there: boolean }>("select to_regclass('public.schema_migration') is not null as there");
  if (found[0]?.there !== true) return problem('schema', 'The database is empty; "assay serve" makes the tables.');
  const { rows } = await db.query<{ name: string }>('select name from schema_migration');
  const known = readMigrations().map((migration) => migration.name);
  const applied = new Set(rows.map((row) => row.name));
  const newer = [...applied].filter((name) => !known.includes(name));
  const missing = known.filter((name) => !applied.has(name));
  if (newer.length > 0) return problem('schema', `The database is of a newer Assay (${newer[0]}); use that version.`);
  if (missing.length > 0)
    return problem('schema', `${missing.length} migrations are missing; the next start of "assay serve" applies them.`);
  return ok('schema', `${applied.size} migrations`);
}

async function checkIsolation(db: pg.Pool): Promise<Check> {
  const { rows } = await db.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and not c.relrowsecurity
       and has_table_privilege('assay_api', c.oid, 'select') order by 1`,
  );
  const names = rows.map((row) => row.name).join(', ');
  return names === ''
    ? ok('isolation', 'row-level security is on for every table of accounts')
    : problem('isolation', `Row-level security is off for ${names}; restore the tables from a backup or report it.`);
}

async function checkAdvisories(db: pg.Pool): Promise<Check> {
  const { rows } = await db.query<{ days: number; behind: number }>(
    `select floor(extract(epoch from now() - built_at) / 86400)::int as days,
       (id - coalesce((select max(revision) from progress where consumer = 'findings'), 0))::int as behind from revision where state = 1`,
  );
  const current = rows[0];
  if (current === undefined) return problem('advisories', 'There are none; run "assay db update".');
  if (current.days > ADVISORY_DAYS)
    return warning('advisories', `They are ${current.days} days old; run "assay db update" or look why it fails.`);
  if (current.behind > 0)
    return warning('advisories', 'Stored inventories are not yet compared with the current ones; the worker does so.');
  return ok('advisories', current.days === 0 ? 'of today' : `${current.days} days old`);
}

const WAITED_SECONDS = 900;

async function checkQueue(db: pg.Pool): Promise<Check[]> {
  const { rows } = await db.query<{ waiting: number; waited: number; dead: number; lost: number }>(
    `select count(*) filter (where state = 0)::int as waiting, count(*) filter (where state = 2)::int as dead,
       count(*) filter (where state = 1 and lease_until < clock_timestamp() - interval '1 minute')::int as lost,
       coalesce(extract(epoch from clock_timestamp() - min(run_at) filter (where state = 0)), 0)::int as waited from job`,
  );
  const { waiting, waited, dead, lost } = rows[0]!;
  const late = waited > WAITED_SECONDS || lost > 0;
  return [
    late
      ? problem(
          'queue',
          `${waiting} jobs wait, the first since ${Math.round(waited / 60)} minutes, and nobody takes them; is a worker running?`,
        )
      : ok('queue', `${waiting} jobs wait`),
    ...(dead > 0
      ? [warning('failed jobs', `${dead} jobs of the last seven days failed for good; their submissions and looks say why.`)]
      : []),
  ];
}

async function checkSinks(db: pg.Pool): Promise<Check> {
  const { rows } = await db.query<{ all: number; failing: number; dead: number }>(
    `select count(*)::int as all, count(*) filter (where attempts > 0)::int as failing,
       (select count(*)::int from sink_dead_letter) as dead from sink where enabled`,
  );
  const { all, failing, dead } = rows[0]!;
  if (failing > 0)
    return warning('sinks', `${failing} of ${all} sinks do not take events; their error says why, and events wait for them.`);
  if (dead > 0) return warning('sinks', `${dead} events were given up; look at the dead letters of their sinks.`);
  return ok('sinks', all === 0 ? 'none' : `${all}, all taking events`);
}

async function checkHeld(db: pg.Pool): Promise<Check[]> {
  const { rows } = await db.query<{ images: number; accounts: number }>(
    `select coalesce(sum(held), 0)::int as images, count(*)::int as accounts from eligibility_sweep where ${WAITING} > 0`,
  );
  const { images, accounts } = rows[0]!;
  if (images === 0) return [];
  const words = `${images} images of ${accounts} accounts would lapse at once and are held; an operator agrees with "assay monitoring accept-held".`;
  return [warning('monitored images', words)];
}

const SILENT_MS = 86_400_000;

async function checkClusters(db: pg.Pool, now: number): Promise<Check[]> {
  const { rows } = await db.query<{ name: string }>(
    'select name from cluster where account >= 0 and gone_at is null and observed_at < $1 order by observed_at, name',
    [new Date(now - SILENT_MS)],
  );
  if (rows.length === 0) return [];
  const names = rows.slice(0, 3).map((row) => row.name);
  const more = rows.length > names.length ? ` and ${rows.length - names.length} more` : '';
  const words = `Not heard for a day: ${names.join(', ')}${more}. What they ran does not age; mend the collector, or remove a cluster that is gone for good in the console.`;
  return [warning('clusters', words)];
}
