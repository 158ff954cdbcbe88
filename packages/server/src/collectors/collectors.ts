import { insertToken, TOKEN_KINDS, TOKEN_LIFE } from '../accounts/tokens.ts';
import type { Transaction } from '../db/pool.ts';
import type { Queryable } from '../jobs/queue.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { COLLECTOR_COLUMNS, type CollectorRow, PUSH } from './collector-row.ts';

/** Collectors that an account may have. */
export const MOST_COLLECTORS = 1_000;

interface CollectorKey {
  readonly account: number;
  readonly id: string;
}

/** Where the secret of a collector is sealed. */
function secretPlace({ account, id }: CollectorKey): { account: number; table: string; id: string } {
  return { account, table: 'secret', id: `collector/${id}` };
}

/** The name in the caller's ARN when a collector reports. */
function tokenName(id: string): string {
  return `collector/${id}`;
}

/** The collector whose token the caller has. */
export function collectorOfArn(arn: string): string | undefined {
  return /:user\/collector\/([0-9a-f-]{36})$/.exec(arn)?.[1];
}

export interface CollectorWish {
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, string>>;
}

export async function createCollector(
  tx: Transaction,
  account: number,
  { wish, now }: { readonly wish: CollectorWish; readonly now: Date },
): Promise<{ readonly id: string } | 'name-taken' | 'too-many'> {
  const count = await tx.query<{ n: number }>('select count(*)::int as n from collector where account = $1', [account]);
  if ((count.rows[0]?.n ?? 0) >= MOST_COLLECTORS) return 'too-many';
  const { rows } = await tx.query<{ id: string }>(
    `insert into collector (account, kind, name, config, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (account, name) do nothing returning id`,
    [account, wish.kind, wish.name, JSON.stringify(wish.config), now],
  );
  return rows[0] ?? 'name-taken';
}

/** Changes what is given; a failure before is forgotten. */
export async function updateCollector(
  tx: Transaction,
  collector: CollectorRow,
  { change, now }: { readonly change: Partial<Omit<CollectorWish, 'kind'>> & { readonly enabled?: boolean }; readonly now: Date },
): Promise<'changed' | 'name-taken'> {
  const next = { ...collector, ...change };
  const key = [collector.account, collector.id];
  const taken = await tx.query('select from collector where account = $1 and name = $3 and id <> $2', [...key, next.name]);
  if (taken.rowCount !== 0) return 'name-taken';
  await tx.query(
    `update collector set name = $3, config = $4, enabled = $5, updated_at = $6, error = null, attempts = 0, retry_at = null
     where account = $1 and id = $2`,
    [...key, next.name, JSON.stringify(next.config), next.enabled, now],
  );
  return 'changed';
}

/** The token that reports for it, in this answer and never again; those before it end. */
export async function renewToken(tx: Transaction, { account, id }: CollectorKey, now: number): Promise<string> {
  const name = tokenName(id);
  await tx.query('delete from token where account = $1 and kind = $2 and name = $3', [account, TOKEN_KINDS.collector, name]);
  return insertToken(tx, { kind: 'collector', account, name, role: 'collector', at: now, life: TOKEN_LIFE.collector });
}

export async function sealCollectorSecret(
  tx: Transaction,
  sealer: Sealer,
  { collector, text }: { readonly collector: CollectorKey; readonly text: string },
): Promise<void> {
  const place = secretPlace(collector);
  await tx.query(
    `insert into secret (account, id, sealed, key) values ($1, $2, $3, $4)
     on conflict (account, id) do update set sealed = excluded.sealed, key = excluded.key`,
    [collector.account, place.id, sealer.seal(place, text), sealer.keyId],
  );
}

/** Empty when it has none. @throws AssayError `secret-unreadable` */
export async function openCollectorSecret(db: Queryable, sealer: Sealer, collector: CollectorKey): Promise<string> {
  const place = secretPlace(collector);
  const { rows } = await db.query<{ sealed: Buffer }>('select sealed from secret where account = $1 and id = $2', [
    collector.account,
    place.id,
  ]);
  const sealed = rows[0]?.sealed;
  return sealed === undefined ? '' : sealer.open(place, sealed);
}

/** By id. */
export async function listCollectors(tx: Transaction, account: number, page: { after: string; limit: number }): Promise<CollectorRow[]> {
  const { rows } = await tx.query<CollectorRow>(
    `select ${COLLECTOR_COLUMNS} from collector where account = $1 and id > $2 order by id limit $3`,
    [account, page.after, page.limit],
  );
  return rows;
}

export async function readCollector(tx: Transaction, { account, id }: CollectorKey): Promise<CollectorRow | undefined> {
  const { rows } = await tx.query<CollectorRow>(`select ${COLLECTOR_COLUMNS} from collector where account = $1 and id = $2`, [account, id]);
  return rows[0];
}

/** Its clusters stay, as what was last known of them. False when there is none. */
export async function deleteCollector(tx: Transaction, { account, id }: CollectorKey): Promise<boolean> {
  const { rowCount } = await tx.query('delete from collector where account = $1 and id = $2', [account, id]);
  if (rowCount !== 1) return false;
  await tx.query('delete from secret where account = $1 and id = $2', [account, secretPlace({ account, id }).id]);
  await tx.query('delete from token where account = $1 and kind = $2 and name = $3', [account, TOKEN_KINDS.collector, tokenName(id)]);
  return true;
}

export interface ReportedCluster {
  readonly arn: string;
  readonly name: string;
  readonly provider: string;
  readonly observedAt: Date | null;
}

/** Clusters that it was the last to report, at most 100. */
export async function clustersOf(tx: Transaction, { account, id }: CollectorKey): Promise<ReportedCluster[]> {
  const { rows } = await tx.query<ReportedCluster>(
    `select arn, name, provider, observed_at as "observedAt" from cluster where account = $1 and collector = $2 order by arn limit 100`,
    [account, id],
  );
  return rows;
}

export const isPush = ({ kind }: Pick<CollectorRow, 'kind'>): boolean => kind === PUSH;
