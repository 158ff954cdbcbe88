import { RELATIONSHIP } from '../accounts/organization.ts';
import type { Transaction } from '../db/pool.ts';
import { requestIngest } from '../registries/ingest-request.ts';
import type { ImageName } from './ladder.ts';

/** An image that runs and that nothing is known of. */
export interface WantedImage {
  readonly digest: string;
  /** Where it may lie, best first. */
  readonly names: readonly ImageName[];
}

/** Has images fetched that run, where the circle has a registry at their host. */
export async function askIngest(tx: Transaction, circle: number, wanted: readonly WantedImage[]): Promise<void> {
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
  for (const place of places.values())
    for (const { account } of accounts.get(place.host) ?? []) await requestIngest(tx, { account, ...place });
}
