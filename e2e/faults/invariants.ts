import { FINDING_STATUS } from '@assay/core/finding.ts';
import { EVENT_KIND } from '@assay/server/findings/write/event-kind.ts';
import type pg from 'pg';
import { until } from '../processes.ts';
import { type FaultEstate, vulnerability } from './estate.ts';

/** Lets the leases of dead processes run out now instead of half a minute from now; the survivors' own are prolonged by their next beat. */
export async function endLeases(pool: pg.Pool): Promise<void> {
  await pool.query('update job set lease_until = clock_timestamp() where state = 1');
  await pool.query('update sink set lease_until = clock_timestamp() where lease is not null');
}

/**
 * Waits until nothing is left to do: no job, the evaluation at the current revision. A claim that was under way when its process was killed
 * is committed after {@link endLeases}, and its lease of 30 seconds really runs.
 */
export async function settled(estate: FaultEstate, within = 75_000): Promise<void> {
  let left: unknown;
  await until(
    async () => {
      const { rows } = await estate.pool
        .query(
          `select (select coalesce(json_agg(json_build_object('kind', kind, 'state', state, 'in', run_at - now(), 'error', error)), '[]')
               from job where state in (0, 1)) as jobs,
             (select count(*) from revision r where r.state = 1 and not exists
               (select from progress p where p.consumer = 'findings' and p.account = -1 and p.revision = r.id)) as behind`,
        )
        .catch((error: Error) => ({ rows: [{ jobs: [error.message], behind: 1 }] }));
      left = rows[0];
      return rows[0].jobs.length === 0 && rows[0].behind === 0;
    },
    { within, what: () => `the work to be done: ${JSON.stringify(left)}` },
  );
}

/** What must hold whenever the work is done, whatever was killed before. Each line of the answer is a promise that was broken. */
export async function brokenPromises(estate: FaultEstate, acknowledged: ReadonlySet<number>): Promise<string[]> {
  const { pool } = estate;
  const open = (await estate.known()).map(vulnerability).sort();
  const broken: string[] = [];
  const check = async (promise: string, sql: string, values: readonly unknown[] = []): Promise<void> => {
    const { rows } = await pool.query(sql, [...values]);
    if (rows.length > 0) broken.push(`${promise}: ${rows.length} not, for example ${JSON.stringify(rows[0])}`);
  };
  await check(
    'what was acknowledged is there',
    `select n from unnest($1::int[]) n where not exists
       (select from resource r where r.repository like '%faults/app-' || n and r.inventory is not null)`,
    [[...acknowledged]],
  );
  await check(
    'every image has exactly the findings of the current advisories',
    `select r.repository, x.names from resource r cross join lateral (select coalesce(array_agg(i.name::text order by i.name), '{}') as names
       from finding f join issue i on i.id = f.issue where f.account = r.account and f.resource = r.id and f.status <> ${FINDING_STATUS.CLOSED}) x
     where r.repository like '%faults/app-%' and x.names is distinct from $1::text[]`,
    [open],
  );
  await check(
    'an open finding has its package',
    `select f.id from finding f where f.status <> ${FINDING_STATUS.CLOSED} and not exists
       (select from finding_package p where p.account = f.account and p.finding = f.id)`,
  );
  await check(
    'a finding is what its history says',
    `select f.id, f.status, last.to from finding f left join lateral (
       select (e.change->'status'->>1)::int as "to" from finding_event e
       where e.account = f.account and e.finding = f.id and e.change ? 'status' order by e.seq desc limit 1) last on true
     where last.to is distinct from f.status::int`,
  );
  await check(
    'history is a life: opened once and first, then closed and reopened in turn',
    `select finding, kinds from (select finding, array_agg(kind order by seq) filter (where kind in
         (${EVENT_KIND.OPENED}, ${EVENT_KIND.CLOSED}, ${EVENT_KIND.REOPENED})) as kinds from finding_event group by account, finding) life
     where kinds[1] is distinct from ${EVENT_KIND.OPENED} or array_position(kinds[2:], ${EVENT_KIND.OPENED}::smallint) is not null
       or exists (select from generate_series(2, cardinality(kinds)) n where kinds[n] = kinds[n - 1]
         or (kinds[n] = ${EVENT_KIND.REOPENED} and kinds[n - 1] <> ${EVENT_KIND.CLOSED}))`,
  );
  await check('no job died', 'select kind, key, error from job where state = 2');
  return broken;
}

/** Every event of the estate has arrived at the receiver, and those of one finding in order. */
export async function lostEvents(estate: FaultEstate, within = 60_000): Promise<string[]> {
  const { rows } = await estate.pool.query<{ seq: number }>('select seq from finding_event order by seq');
  const missing = (): number[] => rows.map(({ seq }) => seq).filter((seq) => !estate.received.has(seq));
  await until(() => missing().length === 0, { within, what: () => `${missing().length} events of ${rows.length}` }).catch(() => {});
  const lost = missing();
  const disordered = [...estate.received.byFinding].filter(([, seqs]) => seqs.some((seq, at) => at > 0 && seq < seqs[at - 1]!));
  return [
    ...(lost.length === 0 ? [] : [`${lost.length} of ${rows.length} events never arrived, the first is ${lost[0]}`]),
    ...(disordered.length === 0 ? [] : [`events of ${disordered.length} findings arrived out of order`]),
  ];
}

/** What a run ends with, counted. */
export async function figures(estate: FaultEstate, acknowledged: ReadonlySet<number>): Promise<string> {
  const { rows } = await estate.pool.query<{ seq: number }>('select seq from finding_event');
  const missing = rows.filter(({ seq }) => !estate.received.has(seq)).length;
  const counted = await estate.pool.query<{ there: number; closed: number }>(
    `select (select count(*) from unnest($1::int[]) n where exists
         (select from resource r where r.repository like '%faults/app-' || n and r.inventory is not null)) as there,
       (select count(*) from finding f join issue i on i.id = f.issue where f.status = ${FINDING_STATUS.CLOSED} and i.name = any($2::text[])) as closed`,
    [[...acknowledged], (await estate.known()).map(vulnerability)],
  );
  const { there = 0, closed = 0 } = counted.rows[0] ?? {};
  return `${acknowledged.size - there} of ${acknowledged.size} acknowledged documents lost, ${missing} of ${rows.length} events missing, ${closed} findings closed wrongly`;
}
