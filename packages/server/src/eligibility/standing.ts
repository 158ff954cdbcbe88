import { SCAN_REASON, type ScanReason, type ScanStatus } from '@assay/core/coverage.ts';
import { eligibility } from '@assay/core/eligibility.ts';
import { FREQUENCY_CODES, type ScanFrequency } from '@assay/core/registry.ts';
import { readConfiguration } from '../accounts/configuration.ts';
import type { Transaction } from '../db/pool.ts';
import { nameOfCode } from '../findings/code-name.ts';
import { readFacts, readWatch } from './facts.ts';
import { NOT_CONTINUOUS } from './frequency.ts';
import { windowsOf } from './windows.ts';

export interface Standing {
  readonly status: ScanStatus;
  readonly reason: ScanReason;
  /** It has lapsed: what was seen is kept, and opens no findings. */
  readonly ended: boolean;
}

export interface Looked {
  readonly account: number;
  readonly id: number;
  /** As its repository says, by whoever knows; else as it was. */
  readonly frequency: ScanFrequency | undefined;
  /** What the look says. */
  readonly status: ScanStatus;
  readonly reason: ScanReason;
  readonly now: Date;
}

/** What coverage says of an image that was just looked at, in the transaction that has locked it. A look alone revives nothing that lapsed. */
export async function standingAfter(tx: Transaction, looked: Looked): Promise<Standing> {
  const { account, id, status, reason, now } = looked;
  const code = looked.frequency === undefined ? null : FREQUENCY_CODES[looked.frequency];
  const { rows } = await tx.query<{ frequency: number | null; scan_reason: number }>(
    code === null
      ? 'select frequency, scan_reason from resource where account = $1 and id = $2'
      : 'update resource set frequency = $3, deleted_at = null where account = $1 and id = $2 returning frequency, scan_reason',
    code === null ? [account, id] : [account, id, code],
  );
  const row = rows[0];
  const plain = { status, reason, ended: false };
  if (row === undefined || row.frequency === null) return plain;
  const frequency = nameOfCode(FREQUENCY_CODES, row.frequency);
  if (frequency !== 'CONTINUOUS_SCAN')
    return status === 'ACTIVE' ? { status: 'INACTIVE', reason: NOT_CONTINUOUS[frequency], ended: false } : plain;
  if (row.scan_reason !== SCAN_REASON.SCAN_ELIGIBILITY_EXPIRED) return plain;
  const windows = windowsOf((await readConfiguration(tx, account)).ecr);
  const asked = { account, watch: await readWatch(tx, account), now: now.getTime() };
  const [image] = await readFacts(tx, asked, { where: 'r.id = $3', values: [id] });
  return image !== undefined && eligibility(image.facts, windows, now.getTime()) === 'MONITORED'
    ? plain
    : { status: 'INACTIVE', reason: 'SCAN_ELIGIBILITY_EXPIRED', ended: true };
}
