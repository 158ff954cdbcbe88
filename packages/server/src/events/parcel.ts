import type { ServiceMessage, SinkMessage } from '@assay/connectors/message.ts';
import { sinkOf } from '@assay/connectors/sinks.ts';
import type { Transaction } from '../db/pool.ts';
import { consumerOf } from './consumer.ts';
import { digestMessage } from './digest.ts';
import type { SinkFilter } from './filter.ts';
import { groupMessages } from './groups.ts';
import { findingMessages, serviceMessages, type Telling } from './messages.ts';
import { type Consumer, nextRange } from './outbox.ts';
import { nextDigest, type SinkRow } from './sink-row.ts';

/** What goes to a sink at once, and how far its consumers are when it has gone. No messages: nothing of it was wanted. */
export interface Parcel {
  readonly messages: readonly SinkMessage[];
  readonly consumed: readonly { readonly consumer: Consumer; readonly last: number }[];
  /** Of the sink, once it has gone. */
  readonly nextAt?: Date | null;
}

export interface Packing {
  readonly telling: Telling;
  readonly now: number;
  /** Messages in one parcel. */
  readonly batch: number;
}

/** Events looked at for one parcel when only some are wanted, and for groups, which are counted in the database. */
const FILTERED = 2_000;
const COUNTED = 100_000;

/** The next parcel of a sink, the same again until it is settled; undefined when there is nothing. */
export async function nextParcel(tx: Transaction, sink: SinkRow, packing: Packing): Promise<Parcel | undefined> {
  const kinds = sink.filter.kinds ?? sinkOf(sink.kind)?.kinds;
  const filter: SinkFilter = kinds === undefined ? sink.filter : { ...sink.filter, kinds };
  if (sink.mode === 'HOURLY_DIGEST' || sink.mode === 'DAILY_DIGEST') return digestParcel(tx, { sink, filter }, packing);
  return (await findingParcel(tx, { sink, filter }, packing)) ?? (await serviceParcel(tx, { sink, filter }, packing));
}

interface Wanting {
  readonly sink: SinkRow;
  readonly filter: SinkFilter;
}

async function findingParcel(tx: Transaction, { sink, filter }: Wanting, packing: Packing): Promise<Parcel | undefined> {
  const consumer = consumerOf(sink, 'finding');
  const each = sink.mode === 'EACH';
  const looked = each ? (Object.keys(filter).length === 0 ? packing.batch : Math.max(FILTERED, packing.batch)) : COUNTED;
  const range = await nextRange(tx, consumer, looked);
  if (range === undefined) return undefined;
  if (!each) {
    // A ticket that is open must hear of every end, whatever kinds people chose to be told of.
    const { kinds: _, ...always } = filter;
    const way = sink.mode === 'TICKETS' ? ({ way: 'TICKETS', filter: always } as const) : ({ way: 'GROUPED', filter } as const);
    const messages = await groupMessages(tx, range, { ...way, telling: packing.telling });
    return { messages, consumed: [{ consumer, last: range.last }] };
  }
  const { messages, last } = await findingMessages(tx, range, { filter, limit: packing.batch, telling: packing.telling });
  return { messages, consumed: [{ consumer, last }] };
}

async function serviceParcel(tx: Transaction, { sink, filter }: Wanting, packing: Packing): Promise<Parcel | undefined> {
  const consumer = consumerOf(sink, 'service');
  const range = await nextRange(tx, consumer, FILTERED);
  if (range === undefined) return undefined;
  if (sink.mode === 'TICKETS') return { messages: [], consumed: [{ consumer, last: range.last }] };
  const grouped = sink.mode === 'GROUPED';
  const limit = grouped ? FILTERED : packing.batch;
  const { messages, last } = await serviceMessages(tx, range, { filter, limit, telling: packing.telling });
  return { messages: grouped ? oneForEachKind(messages) : messages, consumed: [{ consumer, last }] };
}

async function digestParcel(tx: Transaction, { sink, filter }: Wanting, packing: Packing): Promise<Parcel | undefined> {
  if (sink.nextAt === null || sink.nextAt.getTime() > packing.now) return undefined;
  const nextAt = nextDigest(sink, packing.now);
  const readers = { finding: consumerOf(sink, 'finding'), service: consumerOf(sink, 'service') };
  const ranges = { finding: await nextRange(tx, readers.finding, ALL), service: await nextRange(tx, readers.service, ALL) };
  const consumed = (['finding', 'service'] as const).flatMap((name) => {
    const range = ranges[name];
    return range === undefined ? [] : [{ consumer: readers[name], last: range.last }];
  });
  if (consumed.length === 0) return { messages: [], consumed, nextAt };
  const since = sink.deliveredAt ?? sink.createdAt;
  const { account } = sink;
  const digest = await digestMessage(tx, ranges, { account, filter, telling: packing.telling, since, now: new Date(packing.now) });
  // A digest that says nothing is noise too.
  const quiet = digest.overdue === 0 && Object.values(digest.counts).every((count) => count === 0);
  return { messages: quiet ? [] : [digest], consumed, nextAt };
}

const ALL = 10_000_000;

/** A thousand findings that are overdue since midnight are one message. */
function oneForEachKind(messages: readonly ServiceMessage[]): ServiceMessage[] {
  return [...Map.groupBy(messages, ({ kind }) => kind).values()].map((of) => {
    const last = of.at(-1)!;
    return of.length === 1
      ? last
      : { ...last, body: { count: of.length, first: of.slice(0, 5).map(({ subject, body }) => ({ subject, ...body })) } };
  });
}
