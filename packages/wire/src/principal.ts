/** Each may do what those before it may: look, work on findings, run the service. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** A collector tells what runs, and can do nothing else, not even look. */
export type PrincipalRole = Role | 'collector';

export function mayAct(role: PrincipalRole, needed: PrincipalRole): boolean {
  if (role === 'collector' || needed === 'collector') return role === needed;
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Who calls, whatever the proof. */
export interface Identity {
  /** 12 digits. */
  readonly account: string;
  /** `arn:aws:iam::ACCOUNT:user/NAME` */
  readonly arn: string;
  readonly userId: string;
  readonly role: PrincipalRole;
}

export interface Principal extends Identity {
  readonly via: 'sigv4' | 'session' | 'bearer';
}

/** The part of a request that decides who calls and which service is meant. */
export interface WireRequest {
  readonly method: string;
  /** `/path?query` as received. */
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The connection is TLS. */
  readonly secure: boolean;
}

export interface Authentication {
  /** Signing name of the service: from the credential scope, or from the header `x-assay-service`. */
  readonly service: string;
  /** Finishes the proof over the body; throws ApiError. */
  readonly verify: (body: { readonly sha256: string }) => Principal;
}

/** Throws ApiError when there is no proof or it cannot be right, before any of the body is read. */
export type Authenticate = (request: WireRequest) => Promise<Authentication>;
