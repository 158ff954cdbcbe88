import { AssayError } from '@assay/core/errors.ts';
import { accessDenied, invalidField, resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { findKey } from '../../../../keys/key-store.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

/** Opens the data key of an encrypted file of the account, for whoever has the file and not the key. */
export async function decryptDataKey(input: AssayIn<'DecryptDataKey'>, context: ServerContext): Promise<AssayOut<'DecryptDataKey'>> {
  requireRole(context, 'operator');
  const { account, principal } = context;
  // The context is authenticated by the key, so a file that names this account was written for it. Other uses of a key have no export.
  if (input.context['account'] !== principal.account || input.context['export'] === undefined) {
    throw accessDenied('The file was not written for this account.');
  }
  const key = await withAccounts(context.pool, [account], (tx) => findKey(tx, account, input.keyArn));
  if (key === undefined) throw resourceNotFound(`The account has no key ${input.keyArn}.`);
  try {
    return { dataKey: await context.keys.unwrap(key, input.wrappedKey, input.context) };
  } catch (error) {
    if (error instanceof AssayError) throw invalidField('wrappedKey', error.message);
    throw error;
  }
}
