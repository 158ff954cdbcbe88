import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { invalidField } from './errors.ts';

/** What a token is good for: one caller, one operation, one query. `query` is the input without nextToken and maxResults. */
export interface PagingBinding {
  readonly account: string;
  readonly operation: string;
  readonly query: unknown;
}

export interface PagingTokens {
  /** `state` is JSON (last sort value, last id, revision …). The token is URL-safe text. */
  seal(binding: PagingBinding, state: unknown): string;
  /** The state of a token of ours for the same caller and query; otherwise ValidationException naming nextToken. */
  open(binding: PagingBinding, token: string): unknown;
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST_TOKEN = 16_384;

/** Tokens are AES-256-GCM sealed with the binding as associated data: not readable, not forgeable, not movable to another query. */
export function createPagingTokens(key: Uint8Array, random: (bytes: number) => Uint8Array = randomBytes): PagingTokens {
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'assay paging token v1', 32));
  return {
    seal(binding, state) {
      const iv = random(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', derived, iv);
      cipher.setAAD(associated(binding));
      const sealed = Buffer.concat([cipher.update(JSON.stringify(state), 'utf8'), cipher.final()]);
      return Buffer.concat([Uint8Array.of(VERSION), iv, sealed, cipher.getAuthTag()]).toString('base64url');
    },
    open(binding, token) {
      const bytes = Buffer.from(token.length > LONGEST_TOKEN ? '' : token, 'base64url');
      if (bytes.length < 1 + IV_BYTES + TAG_BYTES || bytes[0] !== VERSION) throw wrongToken();
      const decipher = createDecipheriv('aes-256-gcm', derived, bytes.subarray(1, 1 + IV_BYTES));
      decipher.setAAD(associated(binding));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(1 + IV_BYTES, -TAG_BYTES)), decipher.final()]);
        return JSON.parse(text.toString('utf8')) as unknown;
      } catch {
        throw wrongToken();
      }
    },
  };
}

function wrongToken(): Error {
  return invalidField('nextToken', 'is not a token of this list with these criteria; ask for the first page again');
}

function associated(binding: PagingBinding): Buffer {
  return createHash('sha256')
    .update(canonicalJson([binding.account, binding.operation, binding.query]))
    .digest();
}

/** JSON with sorted members, so that the same query in another member order keeps its token; times and NaN have forms no JSON value has. */
export function canonicalJson(value: unknown): string {
  if (value instanceof Date) return `time(${value.getTime()})`;
  if (typeof value === 'number') return String(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value as Record<string, unknown>).filter(([, inner]) => inner !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`).join(',')}}`;
}
