import { RELATIONSHIP } from '../accounts/organization.ts';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { finish, type Job } from '../jobs/queue.ts';
import { meantBy, type RunningDependencies } from './apply-reports.ts';
import { recountResources, type UsedResource } from './recount.ts';
import { resolveRunning } from './resolve.ts';
import { resolveAgain } from './resolve-again.ts';
import { settleAllSame } from './same-cluster.ts';

/** Rows that two accounts have in common, one of which is $1, and which share no circle. */
const APART = (row: string): string => `(${row}.account = $1 or ${row}.observer = $1) and ${row}.account <> ${row}.observer
  and coalesce((select administrator from member m where m.account = ${row}.account and m.status = ${RELATIONSHIP.ENABLED}), ${row}.account)
   <> coalesce((select administrator from member m where m.account = ${row}.observer and m.status = ${RELATIONSHIP.ENABLED}), ${row}.observer)`;

const CHUNK = 5_000;

/** Handler of `share-running`: what the account shares with nobody any more is taken away on both sides, then everything is decided anew. */
export async function shareRunning({ pool, naming, now }: RunningDependencies, job: Job): Promise<void> {
  const { account } = job;
  const ctx = () => ({ naming, now: new Date(now()) });
  await inTransaction(pool, async (tx) => {
    const lost = await part(tx, account);
    await recountResources(tx, lost.resources, ctx());
    for (const [observer, running] of lost.running)
      await recountResources(tx, await resolveRunning(tx, observer, running, ctx().now), ctx());
  });
  let after = 0;
  for (let more = true; more; ) {
    more = await inTransaction(pool, async (tx) => {
      const { rows } = await tx.query<{ id: number }>(
        `select id from running_image where account = $1 and id > $2 order by id limit ${CHUNK}`,
        [account, after],
      );
      const ids = rows.map((row) => row.id);
      const moved = await resolveRunning(tx, account, ids, ctx().now);
      await recountResources(tx, [...moved, ...(await meantBy(tx, account, ids))], ctx());
      after = ids.at(-1) ?? after;
      return ids.length === CHUNK;
    });
  }
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ digest: string }>('select distinct digest from resource where account = $1 and digest is not null', [
      account,
    ]);
    await settleAllSame(tx);
    await resolveAgain(
      tx,
      rows.map((row) => row.digest),
    );
    await finish(tx, job);
  });
}

interface Parted {
  readonly resources: readonly UsedResource[];
  /** Observations by their account. */
  readonly running: ReadonlyMap<number, readonly number[]>;
}

async function part(tx: Transaction, account: number): Promise<Parted> {
  const { rows } = await tx.query<UsedResource & { observer: number; running: number | null }>(
    `with links as (delete from running_resource x where ${APART('x')} returning x.account, x.resource, x.observer, x.running),
     used as (delete from image_usage x where ${APART('x')} returning x.account, x.resource, x.observer)
     select account, resource, observer, running from links union all select account, resource, observer, null from used`,
    [account],
  );
  const links = Map.groupBy(
    rows.filter((row) => row.running !== null),
    (row) => row.observer,
  );
  return {
    resources: rows,
    running: new Map([...links].map(([observer, found]) => [observer, [...new Set(found.map((row) => row.running as number))]])),
  };
}
