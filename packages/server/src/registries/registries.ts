import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Transaction } from '../db/pool.ts';
import { enqueue } from '../jobs/queue.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { CRAWL, CRAWL_LANE, type Crawl } from './crawl-request.ts';
import type { RegistryKey, RegistryRow } from './registry-row.ts';

/** Registries that an account may have. */
export const MOST_REGISTRIES = 200;

export type RegistryWish = Pick<
  RegistryRow,
  'name' | 'kind' | 'host' | 'config' | 'include' | 'frequencies' | 'recentDays' | 'crawlMinutes'
>;

/** Where the credentials of a registry are sealed. */
export function registrySecretPlace({ account, id }: RegistryKey): { account: number; table: string; id: string } {
  return { account, table: 'secret', id: `registry/${id}` };
}

/** The word that notifications carry; only its hash is stored. */
export function newHookWord(): { readonly word: string; readonly hash: Buffer } {
  const word = randomBytes(24).toString('base64url');
  return { word, hash: hookHash(word) };
}

export function isHookWord(hash: Buffer | null, word: string): boolean {
  return hash !== null && timingSafeEqual(hash, hookHash(word));
}

function hookHash(word: string): Buffer {
  return createHash('sha256').update(word).digest();
}

/** Makes a registry and has it crawled at once. */
export async function createRegistry(
  tx: Transaction,
  account: number,
  { wish, hook }: { readonly wish: RegistryWish; readonly hook: Buffer | null },
): Promise<{ readonly id: string } | 'name-taken' | 'too-many'> {
  const count = await tx.query<{ n: number }>('select count(*)::int as n from registry where account = $1', [account]);
  if ((count.rows[0]?.n ?? 0) >= MOST_REGISTRIES) return 'too-many';
  const { rows } = await tx.query<{ id: string }>(
    `insert into registry (account, kind, name, host, config, include, frequencies, recent_days, crawl_minutes, hook)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (account, name) do nothing returning id`,
    [
      ...[account, wish.kind, wish.name, wish.host, JSON.stringify(wish.config), wish.include, JSON.stringify(wish.frequencies)],
      ...[wish.recentDays, wish.crawlMinutes, hook],
    ],
  );
  const made = rows[0];
  if (made === undefined) return 'name-taken';
  await requestCrawl(tx, { account, id: made.id });
  return made;
}

export interface RegistryChange extends Partial<Omit<RegistryWish, 'kind' | 'host'>> {
  readonly enabled?: boolean;
  readonly hook?: Buffer;
}

/** Changes what is given, and has the registry crawled with it. */
export async function updateRegistry(tx: Transaction, row: RegistryRow, change: RegistryChange): Promise<'changed' | 'name-taken'> {
  const next = { ...row, ...change };
  const taken = await tx.query('select from registry where account = $1 and name = $2 and id <> $3', [row.account, next.name, row.id]);
  if (taken.rowCount !== 0) return 'name-taken';
  await tx.query(
    `update registry set name = $3, config = $4, include = $5, frequencies = $6, recent_days = $7, crawl_minutes = $8, enabled = $9, hook = $10,
       error = null, updated_at = now() where account = $1 and id = $2`,
    [
      ...[row.account, row.id, next.name, JSON.stringify(next.config), next.include, JSON.stringify(next.frequencies)],
      ...[next.recentDays, next.crawlMinutes, next.enabled, next.hook],
    ],
  );
  if (next.enabled) await requestCrawl(tx, row);
  return 'changed';
}

export async function sealRegistrySecret(
  tx: Transaction,
  sealer: Sealer,
  { registry, text }: { readonly registry: RegistryKey; readonly text: string },
): Promise<void> {
  const place = registrySecretPlace(registry);
  await tx.query(
    `insert into secret (account, id, sealed, key) values ($1, $2, $3, $4)
     on conflict (account, id) do update set sealed = excluded.sealed, key = excluded.key`,
    [registry.account, place.id, sealer.seal(place, text), sealer.keyId],
  );
}

/** Whole, or one repository. A crawl that waits already is the same one. */
export async function requestCrawl(tx: Transaction, { account, id }: RegistryKey, asked: Omit<Crawl, 'registry'> = {}): Promise<number> {
  const key = asked.repository === undefined ? id : `${id} ${asked.repository}`;
  return enqueue(tx, { account, kind: CRAWL, key, lane: CRAWL_LANE, payload: { registry: id, ...asked } satisfies Crawl, merges: true });
}

/** Its images stay, as what we last knew of them, until they expire. False when there is none. */
export async function deleteRegistry(tx: Transaction, { account, id }: RegistryKey): Promise<boolean> {
  const { rowCount } = await tx.query('delete from registry where account = $1 and id = $2', [account, id]);
  if (rowCount !== 1) return false;
  await tx.query('delete from secret where account = $1 and id = $2', [account, registrySecretPlace({ account, id }).id]);
  return true;
}
