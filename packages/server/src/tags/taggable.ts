import type { Transaction } from '../db/pool.ts';
import { filterId } from '../suppression/filter-arn.ts';
import { lockFilter, readFilter } from '../suppression/filter-row.ts';

interface Place {
  readonly account: number;
  readonly region: string;
}

/** Whether an ARN names something of this account that can have tags. */
export async function isTaggable(tx: Transaction, arn: string, { account, region }: Place): Promise<boolean> {
  const id = filterId(arn, region, account);
  return id !== undefined && (await readFilter(tx, account, id)) !== undefined;
}

/** The same, and it cannot go until the transaction ends. */
export async function lockTaggable(tx: Transaction, arn: string, { account, region }: Place): Promise<boolean> {
  const id = filterId(arn, region, account);
  return id !== undefined && (await lockFilter(tx, account, id)) !== undefined;
}
