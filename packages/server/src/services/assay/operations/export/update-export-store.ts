import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { writeExportStore } from '../../../../objects/export-stores.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

/** The secret is sealed at once; nobody can read it back. */
export async function updateExportStore(
  input: AssayIn<'UpdateExportStore'>,
  context: ServerContext,
): Promise<AssayOut<'UpdateExportStore'>> {
  requireRole(context, 'admin');
  const { endpoint, region, pathStyle = endpoint !== undefined, accessKeyId, secretAccessKey } = input;
  const store = { account: context.account, at: new Date(context.now()), endpoint, region, pathStyle, accessKeyId, secretAccessKey };
  await withAccounts(context.pool, [context.account], (tx) => writeExportStore(tx, context.sealer, store));
  return {};
}
