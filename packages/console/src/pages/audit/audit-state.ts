/** What the page asks for, as its address carries it. */
export interface AuditState {
  readonly operation: string;
  readonly principal: string;
  readonly resource: string;
  /** Only changes, only refusals. */
  readonly changes: boolean;
  readonly failed: boolean;
}
const TEXTS = ['operation', 'principal', 'resource'] as const;
const FLAGS = ['changes', 'failed'] as const;
const MOST = 1011;

export function parseAudit(search: string): AuditState {
  const parameters = new URLSearchParams(search);
  const text = (name: string) => (parameters.get(name) ?? '').slice(0, MOST);
  return {
    operation: text('operation'),
    principal: text('principal'),
    resource: text('resource'),
    changes: parameters.get('changes') === '1',
    failed: parameters.get('failed') === '1',
  };
}

export function formatAudit(state: AuditState): string {
  const parameters = new URLSearchParams();
  for (const name of TEXTS) if (state[name] !== '') parameters.set(name, state[name]);
  for (const name of FLAGS) if (state[name]) parameters.set(name, '1');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The member `criteria` of ListAuditRecords and ExportAuditRecords. */
export function auditCriteria({ operation, principal, resource, changes, failed }: AuditState): Record<string, unknown> {
  return {
    ...(operation === '' ? {} : { operation }),
    ...(principal === '' ? {} : { principalArn: principal }),
    ...(resource === '' ? {} : { resourceArn: resource }),
    ...(changes ? { readOnly: false } : {}),
    ...(failed ? { failed: true } : {}),
  };
}
