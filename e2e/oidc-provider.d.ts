/** What the tests use of it; the package carries no types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  interface Account {
    readonly accountId: string;
    claims(): Readonly<Record<string, unknown>>;
  }
  export default class Provider {
    constructor(
      issuer: string,
      settings: {
        readonly clients: readonly Readonly<Record<string, unknown>>[];
        readonly claims: Readonly<Record<string, readonly string[]>>;
        readonly pkce: { required(): boolean };
        findAccount(context: unknown, id: string): Account;
      },
    );
    callback(): RequestListener;
  }
}
