import type { Transaction } from '../db/pool.ts';
import type { AuditRow } from './audit-row.ts';

export interface AuditCriteria {
  readonly from?: Date;
  /** Not included. */
  readonly until?: Date;
  readonly principal?: string;
  readonly operation?: string;
  /** An ARN that input or output name. */
  readonly resource?: string;
  readonly changes?: boolean;
  readonly failed?: boolean;
}

/** Where a page ended: time as the database writes it, to the microsecond, and number. */
export type AuditPosition = readonly [at: string, id: number];

export interface StoredAudit extends AuditRow {
  readonly position: AuditPosition;
}

/** Newest first. */
export async function readAudit(
  tx: Transaction,
  accounts: readonly number[],
  page: { readonly criteria: AuditCriteria; readonly after?: AuditPosition | undefined; readonly limit: number },
): Promise<StoredAudit[]> {
  const { criteria, after, limit } = page;
  const parameters: unknown[] = [accounts];
  const where = ['account = any ($1::bigint[])'];
  const given = (value: unknown, text: (place: string) => string): void => {
    if (value === undefined) return;
    parameters.push(value);
    where.push(text(`$${parameters.length}`));
  };
  given(criteria.from, (p) => `at >= ${p}::timestamptz`);
  given(criteria.until, (p) => `at < ${p}::timestamptz`);
  given(criteria.principal, (p) => `principal = ${p}`);
  given(criteria.operation, (p) => `operation = ${p}`);
  given(criteria.resource, (p) => `${p} = any (resources)`);
  given(criteria.changes, (p) => `changes = ${p}`);
  given(criteria.failed, (p) => `(error is not null) = ${p}`);
  given(after?.[0], (p) => `(at, id) < (${p}::timestamptz, $${parameters.length + 1}::bigint)`);
  if (after !== undefined) parameters.push(after[1]);
  parameters.push(limit);
  const { rows } = await tx.query<AuditRow & { id: number; exact: string }>(
    `select *, at::text as exact from audit_record where ${where.join(' and ')} order by at desc, id desc limit $${parameters.length}`,
    parameters,
  );
  return rows.map(({ id, exact, ...row }) => ({ ...row, position: [exact, id] }));
}
