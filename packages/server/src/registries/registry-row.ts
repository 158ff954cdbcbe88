import type { Transaction } from '../db/pool.ts';
import type { Queryable } from '../jobs/queue.ts';
import type { FrequencyRule } from './patterns.ts';

/** A row of `registry`. */
export interface RegistryRow {
  readonly account: number;
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** As references write it. */
  readonly host: string;
  readonly config: Readonly<Record<string, string>>;
  readonly include: readonly string[];
  readonly frequencies: readonly FrequencyRule[];
  readonly recentDays: number;
  readonly crawlMinutes: number;
  readonly enabled: boolean;
  /** Of the word that its notifications carry. */
  readonly hook: Buffer | null;
  readonly crawledAt: Date | null;
  readonly nextCrawlAt: Date;
  /** Images that the last complete crawl missed, when they were too many to believe it. */
  readonly held: number | null;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `account, id, kind, name, host, config, include, frequencies, recent_days as "recentDays", crawl_minutes as "crawlMinutes", enabled,
  hook, crawled_at as "crawledAt", next_crawl_at as "nextCrawlAt", held, error, created_at as "createdAt", updated_at as "updatedAt"`;

export interface RegistryKey {
  readonly account: number;
  readonly id: string;
}

export async function readRegistry(db: Queryable, { account, id }: RegistryKey): Promise<RegistryRow | undefined> {
  const { rows } = await db.query<RegistryRow>(`select ${COLUMNS} from registry where account = $1 and id = $2`, [account, id]);
  return rows[0];
}

/** By name. */
export async function listRegistries(
  tx: Transaction,
  account: number,
  page: { readonly after: string; readonly limit: number },
): Promise<RegistryRow[]> {
  const { rows } = await tx.query<RegistryRow>(`select ${COLUMNS} from registry where account = $1 and name > $2 order by name limit $3`, [
    account,
    page.after,
    page.limit,
  ]);
  return rows;
}

/** Those that an account has at a host, enabled ones only. */
export async function registriesAt(db: Queryable, account: number, host: string): Promise<RegistryRow[]> {
  const { rows } = await db.query<RegistryRow>(
    `select ${COLUMNS} from registry where account = $1 and host = $2 and enabled order by created_at, id`,
    [account, host],
  );
  return rows;
}
