import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { countRegistry } from '../../../../registries/counts.ts';
import type { ServerContext } from '../../../context.ts';
import { registryToWire, requireRegistry } from '../../registry-shape.ts';

export async function getRegistry({ registryArn }: AssayIn<'GetRegistry'>, context: ServerContext): Promise<AssayOut<'GetRegistry'>> {
  return withAccounts(context.pool, [context.account], async (tx) => {
    const row = await requireRegistry(tx, context, registryArn);
    return { registry: registryToWire(row, context), counts: await countRegistry(tx, row) };
  });
}
