import { RELATIONSHIP } from '../accounts/organization.ts';
import type { Transaction } from '../db/pool.ts';
import { INGEST, INGEST_SOON, requestIngest } from '../registries/ingest-request.ts';
import type { ImageName } from './ladder.ts';

/** An image that runs and that nothing is known of. */
export interface WantedImage {
  readonly digest: string;
  /** Where it may lie, best first. */
  readonly names: readonly ImageName[];
}

/** Jobs that wait in an account beyond which nobody else's cluster adds any: what runs is asked for again every hour. */
const MOST_WAITING = 1_000;

/**
 * Has images fetched that run, where the circle has a registry at their host. For what another account says that it runs, the owner's own
 * pushes are not kept waiting.
 */
export async function askIngest(
  tx: Transaction,
  { observer, circle }: { readonly observer: number; readonly circle: number },
  wanted: readonly WantedImage[],
): Promise<void> {
  const places = new Map(
    wanted.flatMap(({ digest, names }) =>
      names.map(({ registry: host, repository }) => [`${host}/${repository}@${digest}`, { host, repository, digest }] as const),
    ),
  );
  if (places.size === 0) return;
  const hosts = [...new Set([...places.values()].map((place) => place.host))];
  const { rows } = await tx.query<{ account: number; host: string }>(
    `select distinct r.account, r.host from registry r left join member m on m.account = r.account and m.status = ${RELATIONSHIP.ENABLED}
     where r.host = any($2::text[]) and r.enabled and coalesce(m.administrator, r.account) = $1 order by 1, 2`,
    [circle, hosts],
  );
  const accounts = Map.groupBy(rows, (row) => row.host);
  const room = await roomIn(tx, observer, [...new Set(rows.map((row) => row.account))]);
  for (const place of places.values())
    for (const { account } of accounts.get(place.host) ?? []) {
      const left = room.get(account) ?? 0;
      if (left <= 0) continue;
      const job = await requestIngest(tx, { account, ...place }, { priority: account === observer ? INGEST_SOON : 0 });
      if (job !== undefined) room.set(account, left - 1);
    }
}

/** How many images more each account may be asked for. */
async function roomIn(tx: Transaction, observer: number, accounts: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await tx.query<{ account: number; waiting: number }>(
    `select account, count(*) as waiting from job where account = any($1::bigint[]) and kind = '${INGEST}' and state = 0 group by 1`,
    [accounts],
  );
  const waiting = new Map(rows.map((row) => [row.account, row.waiting]));
  return new Map(accounts.map((one) => [one, one === observer ? Number.POSITIVE_INFINITY : MOST_WAITING - (waiting.get(one) ?? 0)]));
}
