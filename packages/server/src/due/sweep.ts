import { FINDING_STATUS } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type pg from 'pg';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { recordServiceEvents, SERVICE_EVENT } from '../events/service-events.ts';
import { nameOfCode } from '../findings/code-name.ts';
import { Params } from '../findings/list/sql.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { enqueue, finish, type Job } from '../jobs/queue.ts';
import { compilePolicy } from './compile.ts';
import { type DuePolicy, sweepOf } from './policy.ts';

export interface SweepDependencies {
  /** Role worker. */
  readonly pool: pg.Pool;
  readonly naming: FindingNaming;
  readonly now: () => number;
  /** Findings per transaction. */
  readonly chunk?: number;
}

const CHUNK = 20_000;
/** How long a date may lag behind a new finding, a tag, a pod. */
const AGAIN_MS = 10 * 60_000;

/** Brings the due dates of an account to its policy, in chunks, tells once of each finding that became overdue, and queues the next sweep. */
export async function sweepDueDates(job: Job, deps: SweepDependencies, signal: AbortSignal): Promise<void> {
  const { account } = job;
  const { rows } = await deps.pool.query<DuePolicy & { fresh: boolean; updated_at: Date }>(
    'select rules, owners, fresh, updated_at from due_policy where account = $1',
    [account],
  );
  const policy = rows[0];
  if (policy === undefined) return finish(deps.pool, job);
  const now = new Date(deps.now());
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const last = await inTransaction(deps.pool, (tx) => sweepChunk(tx, { account, after, policy, now, deps }));
    if (last === undefined) break;
    after = last;
  }
  await inTransaction(deps.pool, async (tx) => {
    await tx.query(
      'delete from finding_due d where account = $1 and not exists (select from finding f where f.account = d.account and f.id = d.finding)',
      [account],
    );
    await tx.query('update due_policy set fresh = false where account = $1 and updated_at = $2', [account, policy.updated_at]);
    if (policy.rules.length > 0) await enqueue(tx, sweepOf(account, AGAIN_MS));
    await finish(tx, job);
  });
}

interface Chunk {
  readonly account: number;
  readonly after: number;
  readonly policy: DuePolicy & { readonly fresh: boolean };
  readonly now: Date;
  readonly deps: SweepDependencies;
}

/** Returns the id of the last finding looked at, undefined when there are no more. */
async function sweepChunk(tx: Transaction, chunk: Chunk): Promise<number | undefined> {
  const { account, after, policy, now, deps } = chunk;
  const { rows } = await tx.query<{ last: number | null }>(
    'select max(id) as last from (select id from finding where account = $1 and id > $2 order by id limit $3) f',
    [account, after, deps.chunk ?? CHUNK],
  );
  const last = rows[0]?.last ?? undefined;
  if (last === undefined) return undefined;
  const params = new Params();
  const [mine, from, to, at, silent] = [account, after, last, now, policy.fresh].map((value) => params.add(value));
  const due = compilePolicy(policy.rules, policy.owners, params);
  await tx.query(
    `with held as materialized (
       select f.id, f.resource, f.status, f.closed_at, due.at, due.rule, due.owner
       from finding f join resource r on r.account = f.account and r.id = f.resource join issue i on i.id = f.issue
       cross join lateral (select ${due.dueAt} as at, ${due.rule} as rule, ${due.owner} as owner) due
       where f.account = ${mine} and f.id > ${from} and f.id <= ${to}
     ), gone as (
       delete from finding_due d using held h where d.account = ${mine} and d.finding = h.id
         and (h.status = ${FINDING_STATUS.SUPPRESSED} or h.status = ${FINDING_STATUS.ACTIVE} and h.at is null)
     ), closed as (
       update finding_due d set closed_at = h.closed_at from held h
       where d.account = ${mine} and d.finding = h.id and h.status = ${FINDING_STATUS.CLOSED} and d.closed_at is distinct from h.closed_at
     )
     insert into finding_due (account, finding, resource, due_at, rule, owner, told)
     select ${mine}, h.id, h.resource, h.at, h.rule, h.owner, ${silent}::boolean and h.at <= ${at}::timestamptz
     from held h where h.status = ${FINDING_STATUS.ACTIVE} and h.at is not null
     on conflict (account, finding) do update set due_at = excluded.due_at, rule = excluded.rule, owner = excluded.owner, closed_at = null,
       told = excluded.told or (finding_due.told and excluded.due_at <= ${at}::timestamptz)
     where (finding_due.due_at, finding_due.rule, finding_due.owner, finding_due.closed_at)
       is distinct from (excluded.due_at, excluded.rule, excluded.owner, null::timestamptz) or (excluded.told and not finding_due.told)`,
    params.values,
  );
  await tell(tx, { ...chunk, last });
  return last;
}

interface Overdue {
  readonly finding: number;
  readonly due_at: Date;
  readonly rule: string;
  readonly owner: string;
  readonly severity: number;
  readonly name: string;
  readonly arn: string;
}

async function tell(tx: Transaction, { account, after, last, now, deps }: Chunk & { readonly last: number }): Promise<void> {
  const { rows } = await tx.query<Overdue>(
    `update finding_due d set told = true from finding f, resource r, issue i
     where d.account = $1 and d.finding > $2 and d.finding <= $3 and not d.told and d.due_at <= $4 and d.closed_at is null
       and f.account = d.account and f.id = d.finding and f.status = ${FINDING_STATUS.ACTIVE}
       and r.account = f.account and r.id = f.resource and i.id = f.issue
     returning d.finding, d.due_at, d.rule, d.owner, f.severity, i.name, r.arn`,
    [account, after, last, now],
  );
  await recordServiceEvents(
    tx,
    rows.map((row) => ({
      account,
      kind: SERVICE_EVENT.DUE_DATE,
      actor: 'due-dates',
      subject: deps.naming.arns.format(account, row.finding),
      at: now,
      body: {
        state: 'OVERDUE',
        vulnerabilityId: row.name,
        severity: nameOfCode(SEVERITY_CODES, row.severity),
        resource: row.arn,
        dueAt: row.due_at.toISOString(),
        rule: row.rule,
        ...(row.owner === '' ? {} : { owner: row.owner }),
      },
    })),
  );
}
