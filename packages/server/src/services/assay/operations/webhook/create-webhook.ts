import { conflict, invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { createWebhook as create, sealSinkSecret } from '../../../../events/webhooks.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { webhookArn } from '../../webhook-arn.ts';

/** The secret signs every delivery and is sealed at once; nobody can read it back. */
export async function createWebhook(input: AssayIn<'CreateWebhook'>, context: ServerContext): Promise<AssayOut<'CreateWebhook'>> {
  requireRole(context, 'admin');
  const { account } = context;
  if (!URL.canParse(input.url)) throw invalidField('url', 'is not a URL');
  const id = await withAccounts(context.pool, [account], async (tx) => {
    const made = await create(tx, { account, name: input.name, url: input.url });
    if (made !== undefined) await sealSinkSecret(tx, context.sealer, { account, id: made, text: input.secret });
    return made;
  });
  if (id === undefined) throw conflict(`There is a webhook named ${input.name} already.`, input.name, 'WEBHOOK');
  return { webhookArn: webhookArn(context.region, context.principal.account, id) };
}
