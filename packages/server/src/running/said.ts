import type { Transaction } from '../db/pool.ts';
import type { ClusterKey } from './apply-reports.ts';

/** From this many rows on, statistics cost less than the planner's guess. */
const ANALYSED = 100;

/** Puts the last word of these reports for each key into `running_said`: unpacking them is what costs most, and everything below asks. */
export async function unpackReports(tx: Transaction, at: ClusterKey, reports: readonly number[]): Promise<void> {
  await tx.query(TABLE);
  const { rowCount } = await tx.query(UNPACK, [at.account, at.cluster, reports]);
  if ((rowCount ?? 0) > ANALYSED) await tx.query('analyze running_said');
}

const TABLE = `set local client_min_messages = warning;
  create temp table if not exists running_said (key bytea, namespace text, workload_kind text, workload text, definition text, image text,
    image_id text, platform text, digests text[], digest text, running int, seen timestamptz, reach smallint, hours jsonb) on commit delete rows;
  truncate running_said`;

const UNPACK = `insert into running_said
  select distinct on (i.key) decode(i.key, 'hex'), namespace, workload_kind, workload, definition, image, image_id, platform, digests, digest,
    running, to_timestamp(seen), reach, hours
  from running_report s cross join lateral jsonb_to_recordset(s.images) as i(key text, namespace text, workload_kind text, workload text,
    definition text, image text, image_id text, platform text, digests text[], digest text, running int, seen float8, reach smallint, hours jsonb)
  where s.account = $1 and s.cluster = $2 and s.id = any($3::bigint[]) order by i.key, s.id desc`;
