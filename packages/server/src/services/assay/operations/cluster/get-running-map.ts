import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readRunningMap } from '../../../../running/running-map.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';

/** As many as a person can still see drawn. */
const MOST = 5_000;

export async function getRunningMap(input: AssayIn<'GetRunningMap'>, context: ServerContext): Promise<AssayOut<'GetRunningMap'>> {
  const accounts = await seenAccounts(context);
  const map = await withAccounts(context.pool, accounts, (tx) => readRunningMap(tx, accounts, input.maxWorkloads ?? MOST));
  return {
    workloadCount: map.workloads,
    clusters: map.clusters.map(({ account, arn, name, workloads }) => ({
      clusterArn: arn,
      accountId: accountDigits(account),
      name,
      workloads: workloads.map(({ namespace, kind, name: workload, running, worst }) => ({
        ...{ namespace, type: kind, name: workload, runningUnitCount: running, worst },
      })),
    })),
  };
}
