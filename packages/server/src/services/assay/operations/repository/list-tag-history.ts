import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listTagHistory as list } from '../../../../registries/lists/tag-history.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { requirePlace } from '../../repository-place.ts';

const PAGE = 100;

export async function listTagHistory(input: AssayIn<'ListTagHistory'>, context: ServerContext): Promise<AssayOut<'ListTagHistory'>> {
  const { nextToken, maxResults: limit = PAGE, ...query } = input;
  const at = await requirePlace(input, context);
  const state = openPage(context, query, nextToken) as { since: string; tag: string } | undefined;
  const after = state === undefined ? undefined : { since: new Date(state.since), tag: state.tag };
  const rows = await withAccounts(context.pool, [at.account], (tx) => list(tx, { at, tag: input.tag, after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    history: page.map(({ tag, digest, since, until }) => ({ tag, digest, since, ...(until === null ? {} : { until }) })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, { since: last.since, tag: last.tag }) } : {}),
  };
}
