import type { SendRequest } from '@assay/connectors/sink.ts';
import { sinkOf } from '@assay/connectors/sinks.ts';
import type { Context } from '@assay/core/context.ts';
import { FINDING_STATUS, RESOURCE_KIND } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type pg from 'pg';
import { accountDigits } from '../accounts/identity.ts';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { EVENT_KIND } from '../findings/write/event-kind.ts';
import { consumerOf } from './consumer.ts';
import { advance, type Consumer, type FindingEvent, nextEvents } from './outbox.ts';

export interface DeliveryDependencies {
  /** Role worker, direct (a session lock is held while sending). */
  readonly pool: pg.Pool;
  readonly send: SendRequest;
  /** The signing secret of a sink. */
  readonly secretOf: (account: number, sink: number) => Promise<string>;
  /** The ARN by which the API knows a finding. */
  readonly findingArn: (account: number, finding: number) => string;
  readonly ctx: Context;
  readonly batch?: number;
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
}

interface Sink {
  readonly account: number;
  readonly id: number;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly attempts: number;
}

const LOCK = 4_605_003;

/**
 * One round over all sinks that are due: sends what is ready, batch after batch, in order. At least once: a batch whose answer was lost is
 * sent again. A failing batch holds those behind it back, with growing pauses; after `maxAttempts` it becomes dead letters and the next follows.
 */
export async function deliverAll(deps: DeliveryDependencies): Promise<{ readonly delivered: number; readonly failed: number }> {
  const { rows } = await deps.pool.query<Sink>(
    `select account, id, kind, config, attempts from sink where enabled and coalesce(retry_at, '-infinity') <= $1 order by account, id`,
    [new Date(deps.ctx.now())],
  );
  const total = { delivered: 0, failed: 0 };
  for (const sink of rows) {
    const done = await withSinkLock(deps.pool, sink, () => deliverSink(deps, sink));
    total.delivered += done?.delivered ?? 0;
    total.failed += done?.failed ?? 0;
  }
  return total;
}

/** One sender per sink, whatever the number of processes. No transaction is open while it sends: that would hold every horizon back. */
async function withSinkLock<T>(pool: pg.Pool, sink: Sink, work: () => Promise<T>): Promise<T | undefined> {
  const client = await pool.connect();
  let lost: Error | undefined;
  const onError = (error: Error): void => {
    lost = error;
  };
  client.on('error', onError);
  try {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1, $2) as held', [LOCK, sink.id % 2 ** 31]);
    if (rows[0]?.held !== true) return undefined;
    try {
      return await work();
    } finally {
      await client.query('select pg_advisory_unlock($1, $2)', [LOCK, sink.id % 2 ** 31]).catch((error: Error) => {
        lost = error;
      });
    }
  } finally {
    client.removeListener('error', onError);
    client.release(lost);
  }
}

async function deliverSink(deps: DeliveryDependencies, sink: Sink): Promise<{ delivered: number; failed: number }> {
  const consumer = consumerOf(sink);
  let delivered = 0;
  for (let attempts = sink.attempts; !deps.ctx.signal?.aborted; attempts = 0) {
    const batch = await inTransaction(deps.pool, async (tx) => {
      const events = await nextEvents(tx, consumer, deps.batch ?? 100);
      return { events, bodies: await describeEvents(tx, events, deps.findingArn) };
    });
    const last = batch.events.at(-1);
    if (last === undefined) break;
    const error = await trySend(deps, sink, batch);
    if (error === undefined) {
      await settle(deps, sink, { consumer, seq: last.seq });
      delivered += batch.events.length;
    } else if (attempts + 1 < (deps.maxAttempts ?? 12)) {
      const pause = Math.min(1000 * 2 ** attempts, 3_600_000);
      const at = new Date(deps.ctx.now() + pause);
      await deps.pool.query('update sink set attempts = $3, retry_at = $4, error = $5 where account = $1 and id = $2', [
        ...[sink.account, sink.id, attempts + 1, at, error],
      ]);
      return { delivered, failed: batch.events.length };
    } else {
      await settle(deps, sink, { consumer, seq: last.seq, dead: { bodies: batch.bodies, error } });
    }
  }
  return { delivered, failed: 0 };
}

async function trySend(
  deps: DeliveryDependencies,
  sink: Sink,
  batch: { readonly events: readonly FindingEvent[]; readonly bodies: readonly EventBody[] },
): Promise<string | undefined> {
  try {
    const sender = sinkOf(sink.kind);
    if (sender === undefined) throw new Error(`this version knows no sink of kind ${sink.kind}`);
    const delivery = `${sink.id}-${batch.events[0]!.seq}-${batch.events.at(-1)!.seq}`;
    const secret = await deps.secretOf(sink.account, sink.id);
    const signal = AbortSignal.timeout(deps.timeoutMs ?? 15_000);
    await sender.deliver(sink.config, { delivery, events: batch.bodies }, { secret, now: deps.ctx.now, signal, send: deps.send });
    return undefined;
  } catch (error) {
    return (error as Error).message.slice(0, 500);
  }
}

/** Moves on, with the dead letters in the same transaction. */
async function settle(
  deps: DeliveryDependencies,
  sink: Sink,
  done: {
    readonly consumer: Consumer;
    readonly seq: number;
    readonly dead?: { readonly bodies: readonly EventBody[]; readonly error: string };
  },
): Promise<void> {
  await inTransaction(deps.pool, async (tx) => {
    if (done.dead !== undefined) {
      await tx.query(
        `insert into sink_dead_letter (account, sink, seq, body, error) select $1, $2, (b->>'seq')::bigint, b, $4 from jsonb_array_elements($3) b on conflict do nothing`,
        [sink.account, sink.id, JSON.stringify(done.dead.bodies), done.dead.error],
      );
    }
    await advance(tx, done.consumer, done.seq);
    await tx.query('update sink set attempts = 0, retry_at = null, error = $3 where account = $1 and id = $2', [
      sink.account,
      sink.id,
      done.dead?.error ?? null,
    ]);
  });
}

/** An event as receivers see it: names, not codes. `seq` grows per finding and tells repeated deliveries. */
export interface EventBody {
  readonly seq: number;
  readonly account: string;
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly finding: { readonly arn: string; readonly status: string; readonly severity: string; readonly score: number | null };
  readonly vulnerability: { readonly id: string; readonly title: string | null };
  readonly resource: { readonly type: string; readonly id: string; readonly repository: string | null };
  readonly change: Readonly<Record<string, unknown>>;
}

/** The finding as it is now, beside what changed then. */
async function describeEvents(
  tx: Transaction,
  events: readonly FindingEvent[],
  findingArn: DeliveryDependencies['findingArn'],
): Promise<EventBody[]> {
  if (events.length === 0) return [];
  const { rows } = await tx.query(
    `select f.id, f.status, f.severity, f.score, i.name, i.doc->>'title' as title, r.kind, r.arn, r.repository
     from finding f join issue i on i.id = f.issue join resource r on r.account = f.account and r.id = f.resource
     where f.account = $1 and f.id = any($2::bigint[])`,
    [events[0]!.account, events.map((event) => event.finding)],
  );
  const byId = new Map(rows.map((row) => [row.id as number, row]));
  return events.map((event) => {
    const row = byId.get(event.finding);
    return {
      seq: event.seq,
      account: accountDigits(event.account),
      at: event.at.toISOString(),
      kind: nameOf(EVENT_KIND, event.kind),
      actor: event.actor,
      finding: {
        arn: findingArn(event.account, event.finding),
        status: nameOf(FINDING_STATUS, row?.status),
        severity: nameOf(SEVERITY_CODES, row?.severity),
        score: row?.score >= 0 ? row.score : null,
      },
      vulnerability: { id: row?.name ?? '', title: row?.title ?? null },
      resource: { type: nameOf(RESOURCE_KIND, row?.kind), id: row?.arn ?? '', repository: row?.repository ?? null },
      change: event.change,
    };
  });
}

function nameOf(codes: Readonly<Record<string, number>>, code: number | undefined): string {
  return Object.keys(codes).find((name) => codes[name] === code) ?? 'UNKNOWN';
}
