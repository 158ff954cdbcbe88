import { invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type RanThen, type RunningPlace, runningHistory } from '../../../../fix-first/running-history.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { spanOf } from '../../trend-span.ts';

const PAGE = 100;

/** Where a vulnerability, a package or an image ran within a span of time, while findings of it were open. */
export async function getRunningHistory(
  input: AssayIn<'GetRunningHistory'>,
  context: ServerContext,
): Promise<AssayOut<'GetRunningHistory'>> {
  const { nextToken, maxResults: limit = PAGE, ...query } = input;
  const { vulnerabilityId: vulnerability, packageName, resourceArn } = input;
  if ((vulnerability ?? packageName ?? resourceArn) === undefined)
    throw invalidField('vulnerabilityId', 'or packageName or resourceArn must be given');
  const now = context.now();
  const after = openPage(context, query, nextToken) as RunningPlace | undefined;
  const accounts = await seenAccounts(context);
  const ran = await withAccounts(context.pool, accounts, (tx) =>
    runningHistory(tx, {
      ...{ accounts, ...spanOf(input, now), now: new Date(now), limit: limit + 1 },
      ...(vulnerability === undefined ? {} : { vulnerability }),
      ...(packageName === undefined ? {} : { package: packageName }),
      ...(resourceArn === undefined ? {} : { resourceArn }),
      ...(after === undefined ? {} : { after }),
    }),
  );
  const page = ran.slice(0, limit);
  const last = page.at(-1);
  const place = last && { observer: last.observer, running: last.running, resource: last.resource };
  return { workloads: page.map(toWire), ...(ran.length > limit ? { nextToken: sealPage(context, query, place) } : {}) };
}

function toWire(one: RanThen): AssayOut<'GetRunningHistory'>['workloads'][number] {
  const { clusterArn, clusterName, namespace, firstAt, lastAt, vulnerabilityCount } = one;
  return {
    ...{ accountId: accountDigits(one.observer), clusterArn, clusterName, namespace, workloadKind: one.kind, workloadName: one.workload },
    ...{ image: one.image, resourceArn: one.arn, firstAt, lastAt, runningMost: one.most, stoppedCount: one.stopped },
    ...{ vulnerabilityIds: one.vulnerabilities, vulnerabilityCount },
  };
}
