import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { accountDigits } from '../accounts/identity.ts';
import type { FindingArns } from './list/arn-predicate.ts';

/**
 * `arn:aws:inspector2:REGION:ACCOUNT:finding/` + 16 hex of the row id + 16 hex of an HMAC over (account, id): reversible
 * without an index, not guessable. The key must live as long as the database.
 */
export function findingArns(key: Buffer, region: string): FindingArns {
  const secret = createSecretKey(key); // given as bytes it would be imported again for every finding
  const base = (account: number): string => `arn:aws:inspector2:${region}:${accountDigits(account)}:finding/`;
  const seal = (account: number, id: number): string =>
    createHmac('sha256', secret).update(`finding ${account} ${id}`).digest('hex').slice(0, 16);
  return {
    base,
    format: (account, id) => `${base(account)}${id.toString(16).padStart(16, '0')}${seal(account, id)}`,
    parse(arn) {
      const match = /^arn:aws:inspector2:[a-z0-9-]+:(\d{12}):finding\/([0-9a-f]{16})([0-9a-f]{16})$/.exec(arn);
      if (match === null) return undefined;
      const [, digits = '', hexId = '', given = ''] = match;
      const account = Number(digits);
      const id = Number(BigInt(`0x${hexId}`));
      if (!Number.isSafeInteger(id) || !arn.startsWith(base(account))) return undefined;
      return timingSafeEqual(Buffer.from(given), Buffer.from(seal(account, id))) ? { account, id } : undefined;
    },
  };
}
