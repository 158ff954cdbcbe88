import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { useAnswer } from './use-answer.ts';

/** A key that reports and exports are sealed with. */
export type Key = Wire<assay.Key>;
export type KeyProvider = Key['provider'];
export const KEY_PROVIDERS: readonly KeyProvider[] = ['LOCAL', 'TRANSIT', 'KMS'];

export function useKeys(nextToken?: string) {
  return useAnswer<{ keys: Key[]; nextToken?: string }>('assay', '/assay/keys/list', {
    maxResults: 100,
    ...(nextToken === undefined ? {} : { nextToken }),
  });
}
