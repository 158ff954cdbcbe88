import { AssayError } from '@assay/core/errors.ts';
import { invalidField, resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { recordServiceEvents, SERVICE_EVENT } from '../../../../events/service-events.ts';
import { findKey, type StoredKey, setKeyVersion } from '../../../../keys/key-store.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

/** New files are wrapped with the new version; what older ones wrapped still opens. */
export async function rotateKey(input: AssayIn<'RotateKey'>, context: ServerContext): Promise<AssayOut<'RotateKey'>> {
  requireRole(context, 'admin');
  const { account, principal } = context;
  const key = await withAccounts(context.pool, [account], (tx) => findKey(tx, account, input.keyArn));
  if (key === undefined) throw resourceNotFound(`The account has no key ${input.keyArn}.`);
  const version = await rotated(context, key);
  const at = new Date(context.now());
  await withAccounts(context.pool, [account], async (tx) => {
    await setKeyVersion(tx, key, at, version);
    const body = { change: 'rotated', version };
    await recordServiceEvents(tx, [{ account, kind: SERVICE_EVENT.KEY, actor: principal.arn, subject: key.arn, at, body }]);
  });
  return { keyArn: key.arn, version };
}

async function rotated(context: ServerContext, key: StoredKey): Promise<number> {
  try {
    return await context.keys.rotate(key);
  } catch (error) {
    if (error instanceof AssayError) throw invalidField('keyArn', error.message);
    throw error;
  }
}
