import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { deleteWebhook as remove } from '../../../../events/webhooks.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { webhookId } from '../../webhook-arn.ts';

export async function deleteWebhook(input: AssayIn<'DeleteWebhook'>, context: ServerContext): Promise<AssayOut<'DeleteWebhook'>> {
  requireRole(context, 'admin');
  const { account, principal } = context;
  const id = webhookId(input.webhookArn, principal.account);
  const removed = await withAccounts(context.pool, [account], (tx) => remove(tx, account, id));
  if (!removed) throw resourceNotFound(`There is no webhook ${input.webhookArn}.`);
  return { webhookArn: input.webhookArn };
}
