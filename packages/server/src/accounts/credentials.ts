import type { Role } from '@assay/wire/principal.ts';
import type { Transaction } from '../db/pool.ts';
import { roleOf } from './identity.ts';
import { TOKEN_KINDS } from './tokens.ts';

/** A key or token as people may see it: without its secret, which is shown once. */
export interface Credential {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
}

interface Page {
  readonly account: number;
  /** `id` of the last one shown. */
  readonly after: string;
  readonly limit: number;
}

type Row = Omit<Credential, 'role'> & { readonly role: number };

/** By id. */
export async function listAccessKeys(tx: Transaction, { account, after, limit }: Page): Promise<Credential[]> {
  const text = `select id, name, role, created_at as "createdAt" from access_key
    where account = $1 and id collate "C" > $2 order by id collate "C" limit $3`;
  return (await tx.query<Row>(text, [account, after, limit])).rows.map((row) => ({ ...row, role: roleOf(row.role) }));
}

/** Its user's console sessions and sign-in links end with it. False: there is no such key. */
export async function removeAccessKey(tx: Transaction, account: number, id: string): Promise<boolean> {
  const { rows } = await tx.query<{ name: string }>('delete from access_key where account = $1 and id = $2 returning name', [account, id]);
  const name = rows[0]?.name;
  if (name === undefined) return false;
  await tx.query("delete from secret where account = $1 and id = 'access_key/' || $2", [account, id]);
  await endSessions(tx, account, name);
  return true;
}

/** The start of the stored hash names a token: it opens nothing. */
const TOKEN_ID = "left(encode(hash, 'hex'), 32)";

/** By id, those that are not expired at `now`. */
export async function listBearerTokens(
  tx: Transaction,
  page: Page & { readonly now: Date },
): Promise<(Credential & { expiresAt: Date })[]> {
  const text = `select ${TOKEN_ID} as id, name, role, created_at as "createdAt", expires_at as "expiresAt" from token
    where account = $1 and kind = ${TOKEN_KINDS.bearer} and expires_at > $2 and ${TOKEN_ID} collate "C" > $3 order by ${TOKEN_ID} collate "C" limit $4`;
  const { rows } = await tx.query<Row & { expiresAt: Date }>(text, [page.account, page.now, page.after, page.limit]);
  return rows.map((row) => ({ ...row, role: roleOf(row.role) }));
}

export async function removeBearerToken(tx: Transaction, account: number, id: string): Promise<boolean> {
  const text = `delete from token where account = $1 and kind = ${TOKEN_KINDS.bearer} and ${TOKEN_ID} = $2`;
  return (await tx.query(text, [account, id])).rowCount === 1;
}

/** Every key, token and session under that name. False: there was none. */
export async function removeUser(tx: Transaction, account: number, name: string): Promise<boolean> {
  const keys = await tx.query<{ id: string }>('delete from access_key where account = $1 and name = $2 returning id', [account, name]);
  const secrets = keys.rows.map(({ id }) => `access_key/${id}`);
  await tx.query('delete from secret where account = $1 and id = any($2::text[])', [account, secrets]);
  const tokens = await tx.query('delete from token where account = $1 and name = $2', [account, name]);
  return keys.rows.length + (tokens.rowCount ?? 0) > 0;
}

async function endSessions(tx: Transaction, account: number, name: string): Promise<void> {
  const kinds = [TOKEN_KINDS.session, TOKEN_KINDS['sign-in']];
  await tx.query('delete from token where account = $1 and name = $2 and kind = any($3::smallint[])', [account, name, kinds]);
}
