import { randomBytes } from 'node:crypto';
import type { Identity } from '@assay/wire/principal.ts';
import type pg from 'pg';
import { withAccounts } from '../db/pool.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { identityOf, ROLE_CODES, type StoredIdentity } from './identity.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface NewAccessKey {
  readonly account: number;
  readonly name: string;
  readonly role: Identity['role'];
}

export interface AccessKeys {
  /** Undefined: unknown, switched off, or of a closed account. */
  find(accessKeyId: string): Promise<{ readonly secret: string; readonly identity: Identity } | undefined>;
  create(key: NewAccessKey): Promise<AccessKey>;
  /** The oldest enabled administrator's key of an account with its secret, to write the credentials file again. */
  oldest(account: number): Promise<AccessKey | undefined>;
}

export interface AccessKeyOptions {
  /** Role api is enough. */
  readonly pool: pg.Pool;
  readonly sealer: Sealer;
  readonly now: () => number;
  readonly random?: (bytes: number) => Buffer;
}

/** Access keys in PostgreSQL. Their secrets are sealed: verifying a signature needs the secret itself, so a hash would not do. */
export function createAccessKeys(options: AccessKeyOptions): AccessKeys {
  const { pool, sealer, now, random = randomBytes } = options;
  const open = (account: number, id: string, sealed: Buffer): string => sealer.open({ account, table: 'secret', id: secretId(id) }, sealed);
  return {
    async find(id) {
      if (!/^[A-Z0-9]{16,64}$/.test(id)) return undefined;
      const { rows } = await pool.query<StoredIdentity & { sealed: Buffer }>('select * from access_key_by_id($1)', [id]);
      const row = rows[0];
      return row && { secret: open(row.account, id, row.sealed), identity: identityOf(row) };
    },
    async create({ account, name, role }) {
      const accessKeyId = `AKIA${base32(random(10))}`;
      const secretAccessKey = random(30).toString('base64');
      const id = secretId(accessKeyId);
      const sealed = sealer.seal({ account, table: 'secret', id }, secretAccessKey);
      await withAccounts(pool, [account], async (tx) => {
        await tx.query('insert into secret (account, id, sealed, key) values ($1, $2, $3, $4)', [account, id, sealed, sealer.keyId]);
        const values = [account, accessKeyId, name, ROLE_CODES[role], new Date(now())];
        await tx.query('insert into access_key (account, id, name, role, created_at) values ($1, $2, $3, $4, $5)', values);
      });
      return { accessKeyId, secretAccessKey };
    },
    async oldest(account) {
      const row = await withAccounts(pool, [account], async (tx) => {
        const { rows } = await tx.query<{ id: string; sealed: Buffer }>(
          `select k.id, s.sealed from access_key k join secret s on s.account = k.account and s.id = 'access_key/' || k.id
           where k.account = $1 and k.enabled and k.role = $2 order by k.created_at, k.id limit 1`,
          [account, ROLE_CODES.admin],
        );
        return rows[0];
      });
      return row && { accessKeyId: row.id, secretAccessKey: open(account, row.id, row.sealed) };
    },
  };
}

function secretId(accessKeyId: string): string {
  return `access_key/${accessKeyId}`;
}

/** RFC 4648 alphabet: 16 characters of 80 bits. */
function base32(bytes: Buffer): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let left = bytes.length * 8; left > 0; left -= 5) text += alphabet[Number((bits >> BigInt(left - 5)) & 31n)];
  return text;
}
