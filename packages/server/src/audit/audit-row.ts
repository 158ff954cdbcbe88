import type { Principal } from '@assay/wire/principal.ts';
import type { RequestRecord } from '@assay/wire/request-record.ts';

/** Stored codes; never renumber. */
export const PROOFS = { sigv4: 1, session: 2, bearer: 3 } as const satisfies Record<Principal['via'], number>;

/** A row of `audit_record` before it has a number. */
export interface AuditRow {
  readonly account: number;
  readonly at: Date;
  readonly request: string;
  readonly service: string;
  readonly operation: string;
  readonly changes: boolean;
  readonly principal: string;
  readonly via: number;
  readonly address: string;
  readonly agent: string;
  readonly status: number;
  readonly error: string | null;
  readonly message: string | null;
  readonly duration: number;
  readonly resources: readonly string[];
  readonly input: unknown;
  readonly output: unknown;
}

const LONGEST_MESSAGE = 1_000;
const MOST_RESOURCES = 50;

/** Undefined for what no account can own: a request without a proof that holds, or without an operation. */
export function auditRow(record: RequestRecord): AuditRow | undefined {
  const { principal, service, operation } = record;
  if (principal === undefined || service === undefined || operation === undefined) return undefined;
  const input = record.input() ?? null;
  const output = record.output() ?? null;
  return {
    account: Number(principal.account),
    at: new Date(record.at),
    request: record.requestId,
    service,
    operation,
    changes: !record.readonly,
    principal: principal.arn,
    via: PROOFS[principal.via],
    address: record.sourceAddress,
    agent: record.userAgent,
    status: record.status,
    error: record.errorCode ?? null,
    message: record.errorMessage === undefined ? null : text(record.errorMessage),
    duration: Math.max(0, Math.min(Math.round(record.duration), 2 ** 31 - 1)),
    resources: [...arnsOf([input, output])],
    input,
    output,
  };
}

function text(message: string): string {
  return message.slice(0, LONGEST_MESSAGE).toWellFormed().replaceAll('\0', '');
}

function arnsOf(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (found.size >= MOST_RESOURCES) return found;
  if (typeof value === 'string') {
    if (/^arn:[a-z-]+:[a-z0-9-]+:/.test(value)) found.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) arnsOf(inner, found);
  }
  return found;
}
