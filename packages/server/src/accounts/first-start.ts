import type pg from 'pg';
import type { AccessKeys } from './access-keys.ts';
import { writeCredentials } from './credentials-file.ts';
import { ensureAccount } from './settings.ts';
import type { TokenStore } from './tokens.ts';

export interface FirstStartOptions {
  readonly pool: pg.Pool;
  readonly keys: AccessKeys;
  readonly tokens: TokenStore;
  readonly account: number;
  /** `DATA_DIR/credentials` */
  readonly credentialsFile: string;
}

export interface FirstStart {
  readonly newAccount: boolean;
  readonly accessKeyId: string;
  /** One use, 15 minutes: `ADDRESS/sign-in#TOKEN`. */
  readonly signInToken: string;
}

const FIRST_USER = 'admin';

/** Every start: the account and its first key exist, the credentials file holds that key, and a fresh sign-in link is made. */
export async function prepareFirstAccount(options: FirstStartOptions): Promise<FirstStart> {
  const { pool, keys, tokens, account } = options;
  const newAccount = await ensureAccount(pool, account, 'default');
  const key = (await keys.oldest(account)) ?? (await keys.create({ account, name: FIRST_USER, role: 'admin' }));
  writeCredentials(options.credentialsFile, key);
  const signInToken = await tokens.create('sign-in', { account, name: FIRST_USER, role: 'admin' });
  return { newAccount, accessKeyId: key.accessKeyId, signInToken };
}
