import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type JobState, readJob } from '../../../../jobs/queue.ts';
import { INGEST } from '../../../../registries/ingest-request.ts';
import { LOOK } from '../../../../service/look-lanes.ts';
import { RESCAN } from '../../../../service/scan-request.ts';
import type { ServerContext } from '../../../context.ts';

const STATUS: Readonly<Record<Exclude<JobState, 'unknown'>, AssayOut<'GetScan'>['status']>> = {
  queued: 'QUEUED',
  running: 'RUNNING',
  done: 'SUCCEEDED',
  dead: 'FAILED',
};

export async function getScan({ scanId }: AssayIn<'GetScan'>, context: ServerContext): Promise<AssayOut<'GetScan'>> {
  const id = scanId.length <= 15 ? Number(scanId) : -1;
  const job = await withAccounts(context.pool, [context.account], (tx) => readJob(tx, context.account, id));
  if (job.state === 'unknown' || ![LOOK, RESCAN, INGEST].includes(job.kind)) {
    throw resourceNotFound(`There is no scan ${scanId}; results are kept for seven days.`);
  }
  const { arn } = (job.result ?? {}) as { readonly arn?: string };
  return {
    ...{ scanId, status: STATUS[job.state], createdAt: job.createdAt, updatedAt: job.finishedAt ?? job.createdAt },
    ...(arn === undefined ? {} : { resourceArn: arn }),
    ...(job.error === undefined ? {} : { message: job.error }),
  };
}
