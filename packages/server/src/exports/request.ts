import type { Transaction } from '../db/pool.ts';
import { enqueue } from '../jobs/queue.ts';
import { insertExport, type NewExport } from './export-store.ts';
import { EXPORT, EXPORT_LANE } from './write-export.ts';

/** Asks for an export. False when the account has one of its kind in progress. */
export async function requestExport(tx: Transaction, one: NewExport): Promise<boolean> {
  if (!(await insertExport(tx, one))) return false;
  await enqueue(tx, { account: one.account, kind: EXPORT, key: one.id, lane: EXPORT_LANE, payload: {} });
  return true;
}
