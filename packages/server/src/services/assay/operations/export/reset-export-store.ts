import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { clearExportStore } from '../../../../objects/export-stores.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

/** Back to the directory of the service; what lies in the store stays there. */
export async function resetExportStore(_input: AssayIn<'ResetExportStore'>, context: ServerContext): Promise<AssayOut<'ResetExportStore'>> {
  requireRole(context, 'admin');
  await withAccounts(context.pool, [context.account], (tx) => clearExportStore(tx, context.account));
  return {};
}
