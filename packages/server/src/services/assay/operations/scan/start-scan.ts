import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { requestScan } from '../../../../service/scan-request.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

/** Has a resource looked at now. GetScan tells how it went. */
export async function startScan({ resourceArn }: AssayIn<'StartScan'>, context: ServerContext): Promise<AssayOut<'StartScan'>> {
  requireRole(context, 'operator');
  const id = await withAccounts(context.pool, [context.account], (tx) => requestScan(tx, context.account, resourceArn));
  if (id === undefined) throw resourceNotFound(`There is no resource ${resourceArn}.`);
  return { scanId: String(id) };
}
