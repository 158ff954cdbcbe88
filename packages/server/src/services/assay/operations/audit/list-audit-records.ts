import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { type AuditRow, PROOFS } from '../../../../audit/audit-row.ts';
import type { ServerContext } from '../../../context.ts';
import { auditPage } from '../../audit-page.ts';

type WireRecord = AssayOut<'ListAuditRecords'>['records'][number];

export async function listAuditRecords(input: AssayIn<'ListAuditRecords'>, context: ServerContext): Promise<AssayOut<'ListAuditRecords'>> {
  const { rows, ...more } = await auditPage(context, input);
  return { records: rows.map(recordToWire), ...more };
}

const PROOF_NAMES = Object.keys(PROOFS) as (keyof typeof PROOFS)[];

function recordToWire(row: AuditRow): WireRecord {
  return {
    at: row.at,
    accountId: accountDigits(row.account),
    requestId: row.request,
    service: row.service,
    operation: row.operation,
    readOnly: !row.changes,
    principalArn: row.principal,
    proof: PROOF_NAMES.find((name) => PROOFS[name] === row.via)!,
    sourceAddress: row.address,
    userAgent: row.agent,
    status: row.status,
    errorCode: row.error ?? undefined,
    errorMessage: row.message ?? undefined,
    durationMilliseconds: row.duration,
    resources: [...row.resources],
    input: row.input ?? undefined,
    output: row.output ?? undefined,
  };
}
