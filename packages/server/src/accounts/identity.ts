import { createHash } from 'node:crypto';
import type { Identity } from '@assay/wire/principal.ts';

/** Stored codes; never renumber. */
export const ROLE_CODES = { admin: 1, reader: 2 } as const satisfies Record<Identity['role'], number>;

export interface StoredIdentity {
  readonly account: number;
  readonly name: string;
  readonly role: number;
}

/** The account as the wire writes it: 12 digits. */
export function accountDigits(account: number): string {
  return account.toString().padStart(12, '0');
}

export function identityOf(stored: StoredIdentity): Identity {
  const account = accountDigits(stored.account);
  const unique = createHash('sha256').update(`user ${account} ${stored.name}`).digest('hex').slice(0, 17).toUpperCase();
  const role = stored.role === ROLE_CODES.admin ? 'admin' : 'reader';
  return { account, arn: `arn:aws:iam::${account}:user/${stored.name}`, userId: `AIDA${unique}`, role };
}
