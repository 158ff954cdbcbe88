import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listRepositories as list, type RepositoryKey, type RepositoryRow } from '../../../../registries/lists/repositories.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';

type Wire = AssayOut<'ListRepositories'>['repositories'][number];
const PAGE = 50;

export async function listRepositories(input: AssayIn<'ListRepositories'>, context: ServerContext): Promise<AssayOut<'ListRepositories'>> {
  const { registry, repositoryPrefix: prefix = '', inUse = false, maxResults: limit = PAGE, nextToken } = input;
  const query = { registry, prefix, inUse };
  const after = openPage(context, query, nextToken) as RepositoryKey | undefined;
  const accounts = await seenAccounts(context);
  const rows = await withAccounts(context.pool, accounts, (tx) => list(tx, { accounts, registry, prefix, inUse, after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const place = last && { account: last.account, registry: last.registry, repository: last.repository };
  return {
    repositories: page.map(toWire),
    ...(rows.length > limit && place !== undefined ? { nextToken: sealPage(context, query, place) } : {}),
  };
}

function toWire(row: RepositoryRow): Wire {
  const { registry, repository, images, imagesInUse, inUseCount, findings, arn, frequency, pushedAt, lastInUseAt } = row;
  return {
    ...{ accountId: accountDigits(row.account), registry, repository, images, imagesInUse, inUseCount, findings },
    ...(arn === null ? {} : { repositoryArn: arn }),
    ...(frequency === null ? {} : { scanFrequency: frequency as NonNullable<Wire['scanFrequency']> }),
    ...(pushedAt === null ? {} : { lastPushedAt: pushedAt }),
    ...(lastInUseAt === null ? {} : { lastInUseAt }),
  };
}
