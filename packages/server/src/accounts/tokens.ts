import { createHash, randomBytes } from 'node:crypto';
import type { Identity } from '@assay/wire/principal.ts';
import type pg from 'pg';
import { type Transaction, withAccounts } from '../db/pool.ts';
import { identityOf, ROLE_CODES, type StoredIdentity } from './identity.ts';

/** Stored codes; never renumber. */
export const TOKEN_KINDS = { session: 1, 'sign-in': 2, bearer: 3, collector: 4 } as const;
export type TokenKind = keyof typeof TOKEN_KINDS;

/** Milliseconds. A sign-in link is for the person who just started the service; a collector is ended by whoever deletes it, not by a date. */
export const TOKEN_LIFE: Record<TokenKind, number> = {
  session: 7 * 86_400_000,
  'sign-in': 15 * 60_000,
  bearer: 365 * 86_400_000,
  collector: 100 * 365 * 86_400_000,
};

export interface TokenOwner {
  readonly account: number;
  readonly name: string;
  readonly role: Identity['role'];
}

export interface TokenStore {
  /** The token itself, 43 URL-safe characters; only its hash is kept. `life` in milliseconds, {@link TOKEN_LIFE} unless given. */
  create(kind: TokenKind, owner: TokenOwner, life?: number): Promise<string>;
  find(kind: TokenKind, token: string): Promise<Identity | undefined>;
  /** As `find`, and the token is used up: of several callers one gets it. */
  take(kind: TokenKind, token: string): Promise<TokenOwner | undefined>;
  remove(kind: TokenKind, token: string): Promise<void>;
}

export interface TokenOptions {
  /** Role api is enough. */
  readonly pool: pg.Pool;
  readonly now: () => number;
  readonly random?: (bytes: number) => Buffer;
}

/** Sessions, one-time sign-in links and bearer tokens. Looked up by hash, so timing tells nothing about a stored token. */
export function createTokens({ pool, now, random = randomBytes }: TokenOptions): TokenStore {
  async function lookUp(call: 'token_by_hash' | 'take_token', kind: TokenKind, token: string): Promise<StoredIdentity | undefined> {
    if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return undefined;
    const values = [hash(token), TOKEN_KINDS[kind], new Date(now())];
    const { rows } = await pool.query<StoredIdentity>(`select * from ${call}($1, $2::smallint, $3)`, values);
    return rows[0];
  }
  return {
    async create(kind, { account, name, role }, life = TOKEN_LIFE[kind]) {
      const at = now();
      return withAccounts(pool, [account], async (tx) => {
        await tx.query('delete from token where account = $1 and expires_at < $2', [account, new Date(at)]);
        return insertToken(tx, { kind, account, name, role, at, life, random });
      });
    },
    async find(kind, token) {
      const row = await lookUp('token_by_hash', kind, token);
      return row && identityOf(row);
    },
    async take(kind, token) {
      const row = await lookUp('take_token', kind, token);
      return row && { account: row.account, name: row.name, role: identityOf(row).role };
    },
    async remove(kind, token) {
      await lookUp('take_token', kind, token);
    },
  };
}

interface NewToken extends TokenOwner {
  readonly kind: TokenKind;
  /** Milliseconds since the epoch, and from then on. */
  readonly at: number;
  readonly life: number;
  readonly random?: (bytes: number) => Buffer;
}

/** Makes a token with whatever else the transaction makes. */
export async function insertToken(
  tx: Transaction,
  { kind, account, name, role, at, life, random = randomBytes }: NewToken,
): Promise<string> {
  const token = random(32).toString('base64url');
  await tx.query('insert into token (hash, account, kind, name, role, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)', [
    ...[hash(token), account, TOKEN_KINDS[kind], name, ROLE_CODES[role], new Date(at), new Date(at + life)],
  ]);
  return token;
}

/** Names a token in lists; it opens nothing. */
export function tokenId(token: string): string {
  return hash(token).toString('hex').slice(0, 32);
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
