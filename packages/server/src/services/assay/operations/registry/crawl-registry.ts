import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { requestCrawl } from '../../../../registries/registries.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireRegistry } from '../../registry-shape.ts';

/** Now, and not when its turn comes. `acceptMissing` agrees that what a crawl missed is gone. */
export async function crawlRegistry(input: AssayIn<'CrawlRegistry'>, context: ServerContext): Promise<AssayOut<'CrawlRegistry'>> {
  requireRole(context, 'operator');
  const { registryArn, repository, acceptMissing } = input;
  await withAccounts(context.pool, [context.account], async (tx) => {
    const registry = await requireRegistry(tx, context, registryArn);
    const asked = { fresh: true, ...(repository === undefined ? {} : { repository }), ...(acceptMissing === true ? { agreed: true } : {}) };
    await requestCrawl(tx, registry, asked);
  });
  return { registryArn };
}
