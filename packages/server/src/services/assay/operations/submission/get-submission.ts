import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { aggregateFindings } from '../../../../findings/aggregate/aggregate.ts';
import type { CommitResult } from '../../../../inventories/commit.ts';
import { type JobState, readJob } from '../../../../jobs/queue.ts';
import { SUBMIT } from '../../../../service/submission.ts';
import type { ServerContext } from '../../../context.ts';

const STATUS: Readonly<Record<Exclude<JobState, 'unknown'>, AssayOut<'GetSubmission'>['status']>> = {
  queued: 'QUEUED',
  running: 'RUNNING',
  done: 'SUCCEEDED',
  dead: 'FAILED',
};

export async function getSubmission(input: AssayIn<'GetSubmission'>, context: ServerContext): Promise<AssayOut<'GetSubmission'>> {
  const { jobId } = input;
  const id = /^\d{1,15}$/.test(jobId) ? Number(jobId) : -1;
  return withAccounts(context.pool, [context.account], async (tx) => {
    const job = await readJob(tx, context.account, id);
    if (job.state === 'unknown' || job.kind !== SUBMIT)
      throw resourceNotFound(`There is no submission ${jobId}; results are kept for seven days.`);
    const result = job.result as CommitResult | undefined;
    const answer = { jobId, status: STATUS[job.state], createdAt: job.createdAt, updatedAt: job.finishedAt ?? job.createdAt };
    if (job.state === 'dead') return { ...answer, error: { code: 'SUBMISSION_FAILED', message: job.error ?? 'unknown' } };
    if (job.state !== 'done' || result === undefined) return answer;
    return {
      ...answer,
      resourceArn: result.arn,
      resourceType: result.kind,
      packageCount: result.packages,
      gapCount: result.gaps,
      findingCounts: await severityCounts(tx, context, result.resource),
    };
  });
}

async function severityCounts(tx: Parameters<typeof aggregateFindings>[0], context: ServerContext, resource: number) {
  const [row] = await aggregateFindings(tx, {
    accounts: [context.account],
    region: context.region,
    arns: context.arns,
    criteria: {},
    by: 'ACCOUNT',
    sortBy: 'ALL',
    descending: true,
    resource,
    limit: 1,
  });
  return row?.counts ?? { all: 0, critical: 0, high: 0, medium: 0, low: 0, informational: 0, untriaged: 0 };
}
