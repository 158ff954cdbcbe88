import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readExportStore } from '../../../../objects/export-stores.ts';
import type { ServerContext } from '../../../context.ts';

/** Without a store, exports go to the directory of the service. */
export async function getExportStore(_input: AssayIn<'GetExportStore'>, context: ServerContext): Promise<AssayOut<'GetExportStore'>> {
  const store = await withAccounts(context.pool, [context.account], (tx) => readExportStore(tx, context.account));
  return store === undefined ? {} : { store };
}
