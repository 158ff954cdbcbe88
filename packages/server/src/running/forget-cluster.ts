import { inTransaction } from '../db/pool.ts';
import { finish, type Job } from '../jobs/queue.ts';
import { meantBy, type RunningDependencies } from './apply-reports.ts';
import { recountResources } from './recount.ts';

/** Handler of `forget-cluster`. Of a cluster that was reported again meanwhile nothing is forgotten. */
export async function forgetCluster({ pool, naming, now }: RunningDependencies, job: Job): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const at = [job.account, Number(job.key)];
    await tx.query(
      `delete from running_report where account = $1 and cluster = $2
         and exists (select from cluster c where c.account = $1 and c.id = $2 and c.gone_at is not null)`,
      at,
    );
    const { rows } = await tx.query<{ id: number }>(
      `update running_image i set running = 0 from cluster c where i.account = $1 and i.cluster = $2 and i.running > 0
         and c.account = i.account and c.id = i.cluster and c.gone_at is not null returning i.id`,
      at,
    );
    await tx.query('update cluster set held = null, held_at = null where account = $1 and id = $2 and gone_at is not null', at);
    const touched = await meantBy(
      tx,
      job.account,
      rows.map((row) => row.id),
    );
    await recountResources(tx, touched, { naming, now: new Date(now()) });
    await finish(tx, job);
  });
}
