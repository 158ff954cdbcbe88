import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listWebhooks as list } from '../../../../events/webhooks.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { webhookArn } from '../../webhook-arn.ts';

const PAGE = 50;

export async function listWebhooks(input: AssayIn<'ListWebhooks'>, context: ServerContext): Promise<AssayOut<'ListWebhooks'>> {
  const after = (openPage(context, {}, input.nextToken) as number | undefined) ?? 0;
  const limit = input.maxResults ?? PAGE;
  const { account, region, principal } = context;
  const rows = await withAccounts(context.pool, [account], (tx) => list(tx, account, { after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    webhooks: page.map((row) => ({
      webhookArn: webhookArn(region, principal.account, row.id),
      name: row.name,
      url: row.url,
      createdAt: row.createdAt,
      ...(row.error === null ? {} : { lastError: row.error }),
    })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, {}, last.id) } : {}),
  };
}
