import { ROLES, type Role } from '@assay/wire/principal.ts';

/** Who of a group may sign in, and as what. */
export interface OidcRole {
  readonly group: string;
  readonly role: Role;
  /** Undefined: the first account of the installation. */
  readonly account: number | undefined;
}

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, which PKCE alone protects. */
  readonly clientSecret: string | undefined;
  /** Where browsers reach the service, without a slash at the end. */
  readonly publicUrl: string;
  readonly scope: string;
  /** Claim with the groups: a text or a list of texts. */
  readonly claim: string;
  /** The first that a person has a group of counts. */
  readonly roles: readonly OidcRole[];
}

/** `security=admin, platform=operator@111111111111`. Undefined: not so, or empty. */
export function parseOidcRoles(text: string): OidcRole[] | undefined {
  const parts = text.split(',').map((part) => /^\s*(.{1,200})=(\w+)(?:@(\d{12}))?\s*$/.exec(part));
  const roles = parts.map((part) => {
    const role = ROLES.find((name) => name === part?.[2]);
    const account = part?.[3];
    return part?.[1] === undefined || role === undefined
      ? undefined
      : { group: part[1], role, account: account === undefined ? undefined : Number(account) };
  });
  return roles.every((role) => role !== undefined) ? roles : undefined;
}
