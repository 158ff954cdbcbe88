import type { AssayIn } from '@assay/wire/operation-types.ts';
import { type AuditCriteria, type AuditPosition, readAudit, type StoredAudit } from '../../audit/read.ts';
import { withAccounts } from '../../db/pool.ts';
import { openPage, requireRole, type ServerContext, sealPage, seenAccounts } from '../context.ts';

type Asked = AssayIn<'ListAuditRecords'>;

/** One page of the records that the caller, an admin, may see: newest first. */
export async function auditPage(
  context: ServerContext,
  { criteria = {}, nextToken, maxResults = 100 }: Asked,
): Promise<{ readonly rows: readonly StoredAudit[]; readonly nextToken?: string }> {
  requireRole(context, 'admin');
  const after = openPage(context, { criteria }, nextToken) as AuditPosition | undefined;
  const accounts = await seenAccounts(context);
  const rows = await withAccounts(context.pool, accounts, (tx) =>
    readAudit(tx, accounts, { criteria: criteriaOf(criteria), after, limit: maxResults + 1 }),
  );
  const page = rows.slice(0, maxResults);
  const last = page.at(-1);
  return { rows: page, ...(rows.length > maxResults && last ? { nextToken: sealPage(context, { criteria }, last.position) } : {}) };
}

function criteriaOf(criteria: NonNullable<Asked['criteria']>): AuditCriteria {
  const { startTime, endTime, principalArn, operation, resourceArn, readOnly, failed } = criteria;
  return {
    ...(startTime === undefined ? {} : { from: startTime }),
    ...(endTime === undefined ? {} : { until: endTime }),
    ...(principalArn === undefined ? {} : { principal: principalArn }),
    ...(operation === undefined ? {} : { operation }),
    ...(resourceArn === undefined ? {} : { resource: resourceArn }),
    ...(readOnly === undefined ? {} : { changes: !readOnly }),
    ...(failed === undefined ? {} : { failed }),
  };
}
