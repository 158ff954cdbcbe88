import { AssayError } from '@assay/core/errors.ts';
import { accessDenied, invalidField, resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { recordServiceEvents, SERVICE_EVENT } from '../../../../events/service-events.ts';
import { findKey, type StoredKey, setKeyVersion } from '../../../../keys/key-store.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

/** New files are wrapped with the new version; what older ones wrapped still opens. Without a key: the one that seals stored secrets. */
export async function rotateKey(input: AssayIn<'RotateKey'>, context: ServerContext): Promise<AssayOut<'RotateKey'>> {
  requireRole(context, 'admin');
  const { account, principal } = context;
  if (input.keyArn === undefined) return { version: await rotateSealing(context) };
  const { keyArn } = input;
  const key = await withAccounts(context.pool, [account], (tx) => findKey(tx, account, keyArn));
  if (key === undefined) throw resourceNotFound(`The account has no key ${keyArn}.`);
  const version = await rotated(context, key);
  const at = new Date(context.now());
  await withAccounts(context.pool, [account], async (tx) => {
    await setKeyVersion(tx, key, at, version);
    const body = { change: 'rotated', version };
    await recordServiceEvents(tx, [{ account, kind: SERVICE_EVENT.KEY, actor: principal.arn, subject: key.arn, at, body }]);
  });
  return { keyArn: key.arn, version };
}

async function rotateSealing({ account, sealing, principal, pool, now }: ServerContext): Promise<number> {
  if (account !== sealing.account) throw accessDenied('Only the first account of the service turns the key of its stored secrets.');
  const version = await sealing.rotate();
  const body = { change: 'rotated', version };
  const event = { account, kind: SERVICE_EVENT.KEY, actor: principal.arn, subject: 'sealing', at: new Date(now()), body };
  await withAccounts(pool, [account], (tx) => recordServiceEvents(tx, [event]));
  return version;
}

async function rotated(context: ServerContext, key: StoredKey): Promise<number> {
  try {
    return await context.keys.rotate(key);
  } catch (error) {
    if (error instanceof AssayError) throw invalidField('keyArn', error.message);
    throw error;
  }
}
