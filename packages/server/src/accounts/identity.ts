import { createHash } from 'node:crypto';
import { type Identity, type PrincipalRole, ROLES, type Role } from '@assay/wire/principal.ts';

/** Stored codes; never renumber. */
export const ROLE_CODES = { admin: 1, viewer: 2, operator: 3, collector: 4 } as const satisfies Record<PrincipalRole, number>;

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
  return {
    account,
    arn: `arn:aws:iam::${account}:user/${stored.name}`,
    userId: `AIDA${unique}`,
    role: stored.role === ROLE_CODES.collector ? 'collector' : roleOf(stored.role),
  };
}

/** A code of a newer Assay may do the least. */
export function roleOf(code: number): Role {
  return ROLES.find((name) => ROLE_CODES[name] === code) ?? 'viewer';
}
