import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listRecommendations as list, type Recommendation } from '../../../../states/recommendations.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { findingCounts } from '../../finding-counts.ts';
import { accountsOf } from '../../trend-span.ts';

type WireRecommendation = AssayOut<'ListRecommendations'>['recommendations'][number];

const PAGE = 50;

/** Images with problems, in the registry or running, and the upgrades that end most of them. */
export async function listRecommendations(
  input: AssayIn<'ListRecommendations'>,
  context: ServerContext,
): Promise<AssayOut<'ListRecommendations'>> {
  const { surface, accountIds, maxResults: limit = PAGE } = input;
  const query = { surface, accountIds };
  const after = (openPage(context, query, input.nextToken) as number | undefined) ?? 0;
  const accounts = await accountsOf({ accountIds }, context);
  const rows = await withAccounts(context.pool, accounts, (tx) => list(tx, { accounts, surface, after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    recommendations: page.map(toWire),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last.resource) } : {}),
  };
}

function toWire({ account, arn, repository, upgrades, ...counts }: Recommendation): WireRecommendation {
  return {
    ...{ resourceArn: arn, accountId: accountDigits(account), inUseCount: counts.inUseCount },
    ...(repository === null ? {} : { repositoryName: repository }),
    findingCounts: findingCounts(counts),
    fixableCount: counts.fixable,
    upgradeCount: counts.upgradeCount,
    upgrades: upgrades.map(({ name, version, fixedIn, findings }) => ({
      ...{ packageName: name, installedVersion: version, findingCount: findings },
      ...(fixedIn === null ? {} : { fixedInVersion: fixedIn }),
    })),
  };
}
