import { randomBytes, randomUUID } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';
import { conflict, invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { recordServiceEvents, SERVICE_EVENT } from '../../../../events/service-events.ts';
import type { KeyRef } from '../../../../keys/key-provider.ts';
import { insertKey } from '../../../../keys/key-store.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

/** A LOCAL key is made here; a TRANSIT or KMS key is one that its provider already has, named for use. Each is tried before it is kept. */
export async function createKey(input: AssayIn<'CreateKey'>, context: ServerContext): Promise<AssayOut<'CreateKey'>> {
  requireRole(context, 'admin');
  const { account, principal } = context;
  const key = keyOf(input, context);
  await tryKey(context, key);
  const at = new Date(context.now());
  const made = await withAccounts(context.pool, [account], async (tx) => {
    if (!(await insertKey(tx, { account, ...key, description: input.description, createdAt: at }))) return false;
    const body = { change: 'created', provider: key.provider };
    await recordServiceEvents(tx, [{ account, kind: SERVICE_EVENT.KEY, actor: principal.arn, subject: key.arn, at, body }]);
    return true;
  });
  if (!made) throw conflict(`The account has the key ${key.arn} already.`, key.arn, 'KEY');
  return { keyArn: key.arn };
}

function keyOf(input: AssayIn<'CreateKey'>, context: ServerContext): KeyRef {
  const { provider = 'LOCAL', name } = input;
  if (!context.keys.has(provider)) throw invalidField('provider', `${provider} is not configured here`);
  const own = `arn:aws:kms:${context.region}:${context.principal.account}:key/${randomUUID()}`;
  if (provider === 'LOCAL') {
    if (name !== undefined) throw invalidField('name', 'is for keys that lie with a provider; a LOCAL key has none');
    return { arn: own, provider, name: '', version: 1 };
  }
  if (name === undefined) throw invalidField('name', `must name the key of ${provider}`);
  if (provider === 'KMS' && !KMS_ARN.test(name)) throw invalidField('name', 'must be the ARN of a KMS key');
  return { arn: provider === 'KMS' ? name : own, provider, name, version: 1 };
}

const KMS_ARN = /^arn:aws(-us-gov|-cn)?:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/;

async function tryKey(context: ServerContext, key: KeyRef): Promise<void> {
  const bound = { account: context.principal.account };
  try {
    await context.keys.unwrap(key, await context.keys.wrap(key, randomBytes(32), bound), bound);
  } catch (error) {
    if (error instanceof AssayError) throw invalidField('name', error.message);
    throw error;
  }
}
