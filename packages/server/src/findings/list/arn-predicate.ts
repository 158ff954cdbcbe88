import type { StringFilter } from '@assay/core/filter/criteria.ts';
import { anyOf, type Predicate } from './sql.ts';

/** Finding ARNs: `arn:aws:inspector2:REGION:ACCOUNT:finding/` and 32 hex, the first 16 the row id, the rest an HMAC. */
export interface FindingArns {
  readonly format: (account: number, id: number) => string;
  /** The finding an ARN names, undefined when it is not one of ours. */
  readonly parse: (arn: string) => { account: number; id: number } | undefined;
  /** Everything before the 32 hex. */
  readonly base: (account: number) => string;
}

const HEX_ID = 16;
const MAX_ID = 2n ** 53n - 1n;

export function arnPredicate(filters: readonly StringFilter[], arns: FindingArns, accounts: readonly number[]): Predicate {
  const ids = (list: readonly StringFilter[]): number[] =>
    list.flatMap((f) => {
      const parsed = arns.parse(f.value);
      return parsed === undefined || !accounts.includes(parsed.account) ? [] : [parsed.id];
    });
  const excluded = ids(filters.filter((f) => f.comparison === 'NOT_EQUALS'));
  const equal = filters.filter((f) => f.comparison === 'EQUALS');
  const prefixes = filters.filter((f) => f.comparison === 'PREFIX');
  return (params) => {
    const parts: string[] = [];
    if (equal.length + prefixes.length > 0) {
      const either: Predicate[] = prefixes.flatMap((f) => accounts.map((account) => prefixPredicate(f.value, account, arns)));
      if (equal.length > 0) either.push((p) => `f.id = any (${p.add(ids(equal))}::bigint[])`);
      parts.push(`(${anyOf(either, params)})`);
    }
    if (excluded.length > 0) parts.push(`f.id <> all (${params.add(excluded)}::bigint[])`);
    return parts.length === 0 ? 'true' : parts.join(' and ');
  };
}

/** A prefix that ends inside the row id is a range of ids; one that ends inside the HMAC names at most one finding. */
function prefixPredicate(prefix: string, account: number, arns: FindingArns): Predicate {
  const base = arns.base(account);
  if (base.startsWith(prefix)) return (p) => `f.account = ${p.add(account)}`;
  const hex = prefix.startsWith(base) ? prefix.slice(base.length) : '';
  if (!/^[0-9a-f]{1,32}$/.test(hex)) return () => 'false';
  const low = BigInt(`0x${hex.slice(0, HEX_ID).padEnd(HEX_ID, '0')}`);
  const high = BigInt(`0x${hex.slice(0, HEX_ID).padEnd(HEX_ID, 'f')}`);
  if (low > MAX_ID) return () => 'false';
  if (hex.length > HEX_ID && !arns.format(account, Number(low)).startsWith(prefix)) return () => 'false';
  return (p) => `f.account = ${p.add(account)} and f.id >= ${p.add(low)} and f.id <= ${p.add(high > MAX_ID ? MAX_ID : high)}`;
}
