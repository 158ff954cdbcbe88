import { resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { clearEncryptionSetting } from '../../../../keys/key-store.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { encryptionPlace } from '../../shapes/encryption-place.ts';

export async function resetEncryptionKey(input: In<'ResetEncryptionKey'>, context: ServerContext): Promise<Out<'ResetEncryptionKey'>> {
  requireRole(context, 'admin');
  const place = encryptionPlace(input, context);
  const was = await withAccounts(context.pool, [context.account], (tx) => clearEncryptionSetting(tx, place));
  if (!was) throw resourceNotFound(`${place.scanType} of ${place.resourceType} uses the service's own key.`);
  return {};
}
