import { resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readEncryptionSetting } from '../../../../keys/key-store.ts';
import type { ServerContext } from '../../../context.ts';
import { encryptionPlace } from '../../shapes/encryption-place.ts';

export async function getEncryptionKey(input: In<'GetEncryptionKey'>, context: ServerContext): Promise<Out<'GetEncryptionKey'>> {
  const place = encryptionPlace(input, context);
  const kmsKeyId = await withAccounts(context.pool, [context.account], (tx) => readEncryptionSetting(tx, place));
  if (kmsKeyId === undefined) throw resourceNotFound(`${place.scanType} of ${place.resourceType} uses the service's own key.`);
  return { kmsKeyId };
}
