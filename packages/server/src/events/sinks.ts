import type { SinkConfig, SinkMode } from '@assay/connectors/sink.ts';
import type { Transaction } from '../db/pool.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { consumerOf } from './consumer.ts';
import type { SinkFilter } from './filter.ts';
import { startConsumer } from './outbox.ts';
import { nextDigest, SINK_COLUMNS, type SinkRow } from './sink-row.ts';

/** Sinks that an account may have. */
export const MOST_SINKS = 50;

interface SinkKey {
  readonly account: number;
  readonly id: number;
}

export interface SinkWish {
  readonly name: string;
  readonly kind: string;
  readonly config: SinkConfig;
  readonly mode: SinkMode;
  readonly filter: SinkFilter;
  readonly digestHour: number;
}

/** Where the secret of a sink is sealed. */
export function sinkSecretPlace({ account, id }: SinkKey): { account: number; table: string; id: string } {
  return { account, table: 'secret', id: `sink/${id}` };
}

/** Makes a sink; it hears of what happens from now on. */
export async function createSink(
  tx: Transaction,
  account: number,
  { wish, now }: { readonly wish: SinkWish; readonly now: Date },
): Promise<number | 'name-taken' | 'too-many'> {
  const count = await tx.query<{ n: number }>('select count(*)::int as n from sink where account = $1', [account]);
  if ((count.rows[0]?.n ?? 0) >= MOST_SINKS) return 'too-many';
  const { rows } = await tx.query<{ id: number }>(
    `insert into sink (account, kind, name, config, mode, filter, digest_hour, next_at, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (account, name) do nothing returning id`,
    [
      ...[account, wish.kind, wish.name, JSON.stringify(wish.config), wish.mode, JSON.stringify(wish.filter), wish.digestHour],
      ...[nextDigest(wish, now.getTime()), now],
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) return 'name-taken';
  for (const stream of ['finding', 'service'] as const) await startConsumer(tx, consumerOf({ account, id }, stream));
  return id;
}

/** Changes what is given. A change of settings ends the pause after failures. */
export async function updateSink(
  tx: Transaction,
  sink: SinkRow,
  { change, now }: { readonly change: Partial<Omit<SinkWish, 'kind'>> & { readonly enabled?: boolean }; readonly now: Date },
): Promise<'changed' | 'name-taken'> {
  const next = { ...sink, ...change };
  const taken = await tx.query('select from sink where account = $1 and name = $2 and id <> $3', [sink.account, next.name, sink.id]);
  if (taken.rowCount !== 0) return 'name-taken';
  await tx.query(
    `update sink set name = $3, config = $4, mode = $5, filter = $6, digest_hour = $7, next_at = $8, enabled = $9, updated_at = $10,
       attempts = 0, retry_at = null where account = $1 and id = $2`,
    [
      ...[sink.account, sink.id, next.name, JSON.stringify(next.config), next.mode, JSON.stringify(next.filter), next.digestHour],
      ...[nextDigest(next, now.getTime()), next.enabled, now],
    ],
  );
  return 'changed';
}

export async function sealSinkSecret(
  tx: Transaction,
  sealer: Sealer,
  { sink, text }: { readonly sink: SinkKey; readonly text: string },
): Promise<void> {
  const place = sinkSecretPlace(sink);
  await tx.query(
    `insert into secret (account, id, sealed, key) values ($1, $2, $3, $4)
     on conflict (account, id) do update set sealed = excluded.sealed, key = excluded.key`,
    [sink.account, place.id, sealer.seal(place, text), sealer.keyId],
  );
}

/** In the order they were made. */
export async function listSinks(tx: Transaction, account: number, page: { after: number; limit: number }): Promise<SinkRow[]> {
  const { rows } = await tx.query<SinkRow>(`select ${SINK_COLUMNS} from sink where account = $1 and id > $2 order by id limit $3`, [
    account,
    page.after,
    page.limit,
  ]);
  return rows;
}

export async function readSink(tx: Transaction, { account, id }: SinkKey): Promise<SinkRow | undefined> {
  const { rows } = await tx.query<SinkRow>(`select ${SINK_COLUMNS} from sink where account = $1 and id = $2`, [account, id]);
  return rows[0];
}

/** Sends a test message, or the dead letters, at the next round, without waiting for a pause to end. False when there is no such sink. */
export async function askSink(tx: Transaction, { account, id }: SinkKey, what: 'test' | 'replay'): Promise<boolean> {
  const { rowCount } = await tx.query(`update sink set ${what} = true, retry_at = null where account = $1 and id = $2`, [account, id]);
  return rowCount === 1;
}

/** False when there is none. */
export async function deleteSink(tx: Transaction, { account, id }: SinkKey): Promise<boolean> {
  const { rowCount } = await tx.query('delete from sink where account = $1 and id = $2', [account, id]);
  if (rowCount !== 1) return false;
  await tx.query('delete from secret where account = $1 and id = $2', [account, sinkSecretPlace({ account, id }).id]);
  await tx.query('delete from sink_dead_letter where account = $1 and sink = $2', [account, id]);
  await tx.query('delete from sink_ticket where account = $1 and sink = $2', [account, id]);
  const consumers = (['finding', 'service'] as const).map((stream) => consumerOf({ account, id }, stream).consumer);
  await tx.query('delete from progress where account = $1 and consumer = any ($2::text[])', [account, consumers]);
  return true;
}
