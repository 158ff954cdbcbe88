import { resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { recordServiceEvents, SERVICE_EVENT } from '../../../../events/service-events.ts';
import { findKey, writeEncryptionSetting } from '../../../../keys/key-store.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { encryptionPlace } from '../../shapes/encryption-place.ts';

export async function updateEncryptionKey(input: In<'UpdateEncryptionKey'>, context: ServerContext): Promise<Out<'UpdateEncryptionKey'>> {
  requireRole(context, 'admin');
  const place = encryptionPlace(input, context);
  const arn = input.kmsKeyId as string;
  const { account, principal } = context;
  const known = await withAccounts(context.pool, [account], async (tx) => {
    if ((await findKey(tx, account, arn)) === undefined) return false;
    await writeEncryptionSetting(tx, place, arn);
    const body = { change: 'encryption', scanType: place.scanType, resourceType: place.resourceType };
    const at = new Date(context.now());
    await recordServiceEvents(tx, [{ account, kind: SERVICE_EVENT.KEY, actor: principal.arn, subject: arn, at, body }]);
    return true;
  });
  if (!known) throw resourceNotFound(`The account has no key ${arn}.`);
  return {};
}
