import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { deleteSink as remove } from '../../../../events/sinks.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { sinkId } from '../../sink-arn.ts';

export async function deleteSink({ sinkArn }: AssayIn<'DeleteSink'>, context: ServerContext): Promise<AssayOut<'DeleteSink'>> {
  requireRole(context, 'admin');
  const { account, principal } = context;
  const removed = await withAccounts(context.pool, [account], (tx) => remove(tx, { account, id: sinkId(sinkArn, principal.account) }));
  if (!removed) throw resourceNotFound(`There is no sink ${sinkArn}.`);
  return { sinkArn };
}
