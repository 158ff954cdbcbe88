import type { Transaction } from '../db/pool.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { consumerOf } from './consumer.ts';
import { startConsumer } from './outbox.ts';

export interface NewWebhook {
  readonly account: number;
  readonly name: string;
  readonly url: string;
}

export interface StoredWebhook extends NewWebhook {
  readonly id: number;
  readonly createdAt: Date;
  readonly error: string | null;
}

/** Where the signing secret of a sink is sealed. */
export function sinkSecretPlace(account: number, id: number): { account: number; table: string; id: string } {
  return { account, table: 'secret', id: `sink/${id}` };
}

/** Makes a webhook sink; it hears of what happens from now on. Undefined when the name is taken. */
export async function createWebhook(tx: Transaction, sink: NewWebhook): Promise<number | undefined> {
  const { rows } = await tx.query<{ id: number }>(
    `insert into sink (account, kind, name, config) values ($1, 'webhook', $2, $3) on conflict (account, name) do nothing returning id`,
    [sink.account, sink.name, JSON.stringify({ url: sink.url })],
  );
  const id = rows[0]?.id;
  if (id !== undefined) await startConsumer(tx, consumerOf({ account: sink.account, id }));
  return id;
}

export async function sealSinkSecret(
  tx: Transaction,
  sealer: Sealer,
  secret: { account: number; id: number; text: string },
): Promise<void> {
  const place = sinkSecretPlace(secret.account, secret.id);
  const sealed = sealer.seal(place, secret.text);
  await tx.query('insert into secret (account, id, sealed, key) values ($1, $2, $3, $4)', [secret.account, place.id, sealed, sealer.keyId]);
}

/** In the order they were made. */
export async function listWebhooks(tx: Transaction, account: number, page: { after: number; limit: number }): Promise<StoredWebhook[]> {
  const { rows } = await tx.query<StoredWebhook>(
    `select account, id, name, config->>'url' as url, created_at as "createdAt", error from sink
     where account = $1 and kind = 'webhook' and id > $2 order by id limit $3`,
    [account, page.after, page.limit],
  );
  return rows;
}

/** False when there is none. */
export async function deleteWebhook(tx: Transaction, account: number, id: number): Promise<boolean> {
  const { rowCount } = await tx.query(`delete from sink where account = $1 and id = $2 and kind = 'webhook'`, [account, id]);
  if (rowCount !== 1) return false;
  await tx.query('delete from secret where account = $1 and id = $2', [account, sinkSecretPlace(account, id).id]);
  await tx.query('delete from sink_dead_letter where account = $1 and sink = $2', [account, id]);
  await tx.query('delete from progress where account = $1 and consumer = $2', [account, consumerOf({ account, id }).consumer]);
  return true;
}
