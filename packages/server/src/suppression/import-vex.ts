import { createHash } from 'node:crypto';
import type { VexDocument } from '@assay/formats/vex/document.ts';
import type { Transaction } from '../db/pool.ts';
import type { Filter } from './filter-row.ts';
import { type Change, createFilter, removeFilter } from './filters.ts';
import { rulesOfVex, type VexSkipped } from './vex-rules.ts';

export interface ImportedVex {
  readonly created: readonly Filter[];
  /** Rules of an earlier version of the document that have ended. */
  readonly replaced: readonly Filter[];
  readonly skipped: readonly VexSkipped[];
}

/** Rules of one document. */
export const MOST_RULES = 2_000;
const MAX_OWNER = 256;

/**
 * Makes the rules that a document asks for, in place of those of its earlier version. `too-many`: the document asks for more than
 * {@link MOST_RULES}, or the account has no room. `older`: a later version is here already.
 */
export async function importVex(
  tx: Transaction,
  document: VexDocument,
  change: Change & { readonly quota: number },
): Promise<ImportedVex | 'too-many' | 'older'> {
  const { rules, skipped } = rulesOfVex(document);
  if (rules.length > MOST_RULES) return 'too-many';
  const { rows: before } = await tx.query<{ id: number; later: boolean }>(
    `select id, coalesce(vex_issued_at > $3, false) as later from filter where account = $1 and vex = $2 and not removed order by id for update`,
    [change.account, document.id, document.issuedAt ?? null],
  );
  if (before.some((row) => row.later)) return 'older';
  const replaced: Filter[] = [];
  for (const { id } of before) {
    const gone = await removeFilter(tx, id, change);
    if (gone !== undefined) replaced.push(gone);
  }
  const mark = createHash('sha256').update(document.id).digest('hex').slice(0, 12);
  const created: Filter[] = [];
  for (const [n, rule] of rules.entries()) {
    const made = await createFilter(
      tx,
      {
        name: `VEX ${mark}/${n + 1} ${rule.vulnerability}`.slice(0, 128),
        action: 'SUPPRESS',
        criteria: rule.criteria,
        everyPackage: true,
        description: `From ${document.id}`.slice(0, 512),
        reason: rule.reason,
        owner: document.author === '' ? null : document.author.slice(0, MAX_OWNER),
        expiresAt: null,
      },
      change,
    );
    if (typeof made === 'string') return 'too-many';
    created.push(made);
  }
  await tx.query('update filter set vex = $3, vex_issued_at = $4 where account = $1 and id = any($2::bigint[])', [
    change.account,
    created.map((one) => one.id),
    document.id,
    document.issuedAt ?? null,
  ]);
  return { created, replaced, skipped };
}
