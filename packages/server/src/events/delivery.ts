import type { SinkMessage } from '@assay/connectors/message.ts';
import type { AddressOf, SendRequest } from '@assay/connectors/sink.ts';
import { sinkOf } from '@assay/connectors/sinks.ts';
import type { Context } from '@assay/core/context.ts';
import type pg from 'pg';
import { accountDigits } from '../accounts/identity.ts';
import { inTransaction } from '../db/pool.ts';
import { buryMessages, forgetLetters, readLetters } from './dead-letters.ts';
import { type HeldSink, noteSink, releaseSink, SinkLost } from './lease.ts';
import type { Telling } from './messages.ts';
import { advance } from './outbox.ts';
import { nextParcel, type Parcel } from './parcel.ts';
import { ticketsOf } from './tickets.ts';

export interface DeliveryDependencies {
  /** Role worker. */
  readonly pool: pg.Pool;
  readonly send: SendRequest;
  readonly addressOf: AddressOf;
  /** The secret of a sink, empty when it has none. */
  readonly secretOf: (account: number, sink: number) => Promise<string>;
  readonly telling: Telling;
  readonly ctx: Context;
  readonly batch?: number;
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
}

export interface Delivered {
  readonly delivered: number;
  readonly failed: number;
}

/** An hour's silence of a receiver is no reason to give up: twenty attempts take about nine hours. */
const MAX_ATTEMPTS = 20;

/**
 * Sends what a sink has waiting, parcel after parcel, in order. At least once: a parcel whose answer was lost is sent again. A failing parcel
 * holds those behind it back, with growing pauses; after `maxAttempts` it becomes dead letters and the next follows.
 */
export async function deliverSink(deps: DeliveryDependencies, sink: HeldSink): Promise<Delivered> {
  const total = { delivered: 0, failed: 0 };
  try {
    if (sink.test) await sendTest(deps, sink);
    if (!sink.enabled) return total;
    if (sink.replay) total.delivered += await replay(deps, sink);
    for (let attempts = sink.attempts; !deps.ctx.signal?.aborted; attempts = 0) {
      const packing = { telling: deps.telling, now: deps.ctx.now(), batch: deps.batch ?? 100 };
      const parcel = await inTransaction(deps.pool, (tx) => nextParcel(tx, sink, packing));
      if (parcel === undefined) break;
      const error = parcel.messages.length === 0 ? undefined : await trySend(deps, sink, parcel.messages);
      if (error !== undefined && attempts + 1 < (deps.maxAttempts ?? MAX_ATTEMPTS)) {
        const retryAt = new Date(deps.ctx.now() + Math.min(1000 * 2 ** attempts, 3_600_000));
        await noteSink(deps.pool, sink, { attempts: attempts + 1, retry_at: retryAt, error });
        return { ...total, failed: parcel.messages.length };
      }
      await settle(deps, sink, { parcel, error });
      if (error === undefined) total.delivered += parcel.messages.length;
      if (parcel.nextAt !== undefined) break;
    }
  } catch (error) {
    if (!(error instanceof SinkLost)) throw error;
    deps.ctx.log.warn('another process took over a sink', { sink: sink.id });
  } finally {
    await releaseSink(deps.pool, sink);
  }
  return total;
}

/** Undefined when the receiver took it, else why not. */
async function trySend(deps: DeliveryDependencies, sink: HeldSink, messages: readonly SinkMessage[]): Promise<string | undefined> {
  try {
    const sender = sinkOf(sink.kind);
    if (sender === undefined) throw new Error(`this version knows no sink of kind ${sink.kind}`);
    const secret = await deps.secretOf(sink.account, sink.id);
    const signal = AbortSignal.timeout(deps.timeoutMs ?? 20_000);
    const { send, addressOf, pool, ctx } = deps;
    const given = { secret, now: ctx.now, signal, send, addressOf, tickets: ticketsOf(pool, sink) };
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the receiver did not answer in time')), { once: true });
    });
    await Promise.race([sender.deliver(sink.config, { delivery: deliveryId(sink, messages), messages }, given), late]);
    return undefined;
  } catch (error) {
    return (error as Error).message.slice(0, 500);
  }
}

function deliveryId(sink: HeldSink, messages: readonly SinkMessage[]): string {
  const seqs = messages.map((message) => ('seq' in message ? message.seq : Date.parse(message.at)));
  return `${sink.id}-${messages[0]?.type}-${Math.min(...seqs)}-${Math.max(...seqs)}`;
}

/** Moves on, with the dead letters in the same transaction. */
async function settle(
  deps: DeliveryDependencies,
  sink: HeldSink,
  { parcel, error }: { readonly parcel: Parcel; readonly error: string | undefined },
): Promise<void> {
  const went = error === undefined && parcel.messages.length > 0 ? { delivered_at: new Date(deps.ctx.now()) } : {};
  const next = parcel.nextAt === undefined ? {} : { next_at: parcel.nextAt };
  await inTransaction(deps.pool, async (tx) => {
    if (error !== undefined) await buryMessages(tx, sink, { messages: parcel.messages, error });
    for (const { consumer, last } of parcel.consumed) await advance(tx, consumer, last);
    await noteSink(tx, sink, { attempts: 0, retry_at: null, error: error ?? null, ...went, ...next });
  });
}

async function sendTest(deps: DeliveryDependencies, sink: HeldSink): Promise<void> {
  const at = new Date(deps.ctx.now());
  const message = {
    type: 'test',
    account: accountDigits(sink.account),
    region: deps.telling.region,
    at: at.toISOString(),
    sink: sink.name,
  } as const;
  const error = await trySend(deps, sink, [message]);
  await noteSink(deps.pool, sink, { test: false, error: error ?? null, ...(error === undefined ? { delivered_at: at } : {}) });
}

/** Dead letters that somebody wants sent again, oldest first; one that fails again ends it, and stays. */
async function replay(deps: DeliveryDependencies, sink: HeldSink): Promise<number> {
  for (let sent = 0; ; ) {
    const letters = await readLetters(deps.pool, sink, { after: 0, limit: deps.batch ?? 100 });
    const error =
      letters.length === 0
        ? undefined
        : await trySend(
            deps,
            sink,
            letters.map((letter) => letter.message),
          );
    if (letters.length === 0 || error !== undefined) {
      await noteSink(deps.pool, sink, { replay: false, ...(error === undefined ? {} : { error }) });
      return sent;
    }
    await inTransaction(deps.pool, async (tx) => {
      await forgetLetters(
        tx,
        sink,
        letters.map((letter) => letter.id),
      );
      await noteSink(tx, sink, { delivered_at: new Date(deps.ctx.now()) });
    });
    sent += letters.length;
  }
}
