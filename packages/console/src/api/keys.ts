import { useAnswer } from './use-answer.ts';

export const KEY_PROVIDERS = ['LOCAL', 'TRANSIT', 'KMS'] as const;
export type KeyProvider = (typeof KEY_PROVIDERS)[number];
/** A key that reports and exports are sealed with. */
export interface Key {
  keyArn: string;
  provider: KeyProvider;
  /** Of the key where it lies; one of the service's own has none. */
  name?: string;
  description?: string;
  version?: number;
  createdAt: number;
  rotatedAt?: number;
}

export function useKeys(nextToken: string | undefined) {
  return useAnswer<{ keys: Key[]; nextToken?: string }>('assay', '/assay/keys/list', {
    maxResults: 50,
    ...(nextToken === undefined ? {} : { nextToken }),
  });
}
