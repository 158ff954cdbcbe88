import type { EncryptionPlace } from '../../../keys/key-store.ts';
import type { ServerContext } from '../../context.ts';

type Named = { readonly scanType?: string | undefined; readonly resourceType?: string | undefined };

/** What a key is chosen for. The model has checked both. */
export function encryptionPlace(input: Named, context: ServerContext): EncryptionPlace {
  return { account: context.account, scanType: input.scanType as string, resourceType: input.resourceType as string };
}
