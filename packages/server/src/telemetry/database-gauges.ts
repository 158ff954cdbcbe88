import type pg from 'pg';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { type Gauges, gauge, type Metric, type Sample } from './metrics.ts';

const STATES = ['queued', 'running', 'dead'];
const FINDING_STATES: Readonly<Record<number, string>> = { 1: 'active', 2: 'suppressed', 3: 'closed' };
/** Counting findings reads an index to its end, so it is done once a minute however often somebody asks. */
const COUNT_EVERY_MS = 60_000;
const PATIENCE = "set local statement_timeout = '10s'";

/** What only the database knows, the same from every process of one installation. Role worker, since it is about all accounts. */
export function databaseGauges(pool: pg.Pool, elapsed: () => number): Gauges {
  let counted: { readonly at: number; readonly metric: Metric } | undefined;
  return () =>
    inTransaction(pool, async (tx) => {
      await tx.query(PATIENCE);
      if (counted === undefined || elapsed() - counted.at > COUNT_EVERY_MS) counted = { at: elapsed(), metric: await findings(tx) };
      return [counted.metric, ...(await jobs(tx)), ...(await evaluation(tx)), ...(await sinks(tx))];
    });
}

async function findings(tx: Transaction): Promise<Metric> {
  const { rows } = await tx.query<{ status: number; count: number }>('select status, count(*) as count from finding group by status');
  const samples = rows.map(({ status, count }) => ({ labels: { status: FINDING_STATES[status] ?? String(status) }, value: count }));
  return gauge('assay_findings', 'Findings of all accounts by status.', samples);
}

async function jobs(tx: Transaction): Promise<Metric[]> {
  const { rows } = await tx.query<{ lane: string; state: number; count: number; age: number }>(
    `select lane, state, count(*) as count,
       coalesce(extract(epoch from clock_timestamp() - min(run_at) filter (where state = 0 and run_at <= clock_timestamp())), 0)::float8 as age
     from job where state in (0, 1, 2) group by lane, state`,
  );
  const depth = rows.map(({ lane, state, count }) => ({ labels: { lane, state: STATES[state] ?? String(state) }, value: count }));
  const age = rows.filter(({ state }) => state === 0).map(({ lane, age }) => ({ labels: { lane }, value: age }));
  return [
    gauge('assay_jobs', 'Jobs by lane and state; dead ones need a person.', depth),
    gauge('assay_job_oldest_seconds', 'How long the job has waited that is due longest.', age),
  ];
}

async function evaluation(tx: Transaction): Promise<Metric[]> {
  const { rows } = await tx.query<{ behind: number; waited: number; age: number }>(
    `select r.id - coalesce((select max(revision) from progress where consumer = 'findings'), 0) as behind,
       coalesce((select extract(epoch from now() - min(created_at)) from job where kind = 'evaluate' and state in (0, 1)), 0)::float8 as waited,
       extract(epoch from now() - r.built_at)::float8 as age
     from revision r where r.state = 1`,
  );
  const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);
  return [
    gauge('assay_evaluation_lag_revisions', 'Advisory revisions that stored inventories were not yet compared with.', one(rows[0]?.behind)),
    gauge('assay_evaluation_lag_seconds', 'How long the evaluation of the current revision has been waited for.', one(rows[0]?.waited)),
    gauge('assay_advisories_age_seconds', 'Age of the advisories in use.', one(rows[0]?.age)),
  ];
}

const MOST_SINKS = 500;

async function sinks(tx: Transaction): Promise<Metric[]> {
  const { rows } = await tx.query<{ account: number; id: number; kind: string; attempts: number; dead: number; lag: number }>(
    `select s.account, s.id, s.kind, s.attempts,
       (select count(*) from sink_dead_letter d where d.account = s.account and d.sink = s.id) as dead,
       coalesce(extract(epoch from now() - (select e.at from finding_event e
         where e.account = s.account and e.tx >= p.horizon and (p.until is null or e.tx >= p.until or e.seq > p.seq) order by e.tx, e.seq limit 1)), 0)::float8 as lag
     from sink s left join progress p on p.account = s.account and p.consumer = 'sink:' || s.id
     where s.enabled order by s.account, s.id limit ${MOST_SINKS}`,
  );
  const each = (value: (row: (typeof rows)[number]) => number): Sample[] =>
    rows.map((row) => ({
      labels: { account: String(row.account).padStart(12, '0'), sink: String(row.id), kind: row.kind },
      value: value(row),
    }));
  return [
    gauge(
      'assay_sink_lag_seconds',
      'Age of the oldest finding event that a sink has not taken.',
      each((row) => row.lag),
    ),
    gauge(
      'assay_sink_failures',
      'Failed deliveries in a row.',
      each((row) => row.attempts),
    ),
    gauge(
      'assay_sink_dead_letters',
      'Events that a sink refused for good.',
      each((row) => row.dead),
    ),
  ];
}
