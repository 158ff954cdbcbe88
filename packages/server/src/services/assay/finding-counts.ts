import type { Severity } from '@assay/core/severity.ts';
import type { AssayOut } from '@assay/wire/operation-types.ts';

interface Counted {
  readonly findings: number;
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
}

export function findingCounts({ findings: all, bySeverity }: Counted): AssayOut<'ListFixFirst'>['actions'][number]['findingCounts'] {
  const { CRITICAL = 0, HIGH = 0, MEDIUM = 0, LOW = 0, INFORMATIONAL = 0, UNTRIAGED = 0 } = bySeverity;
  return { all, critical: CRITICAL, high: HIGH, medium: MEDIUM, low: LOW, informational: INFORMATIONAL, untriaged: UNTRIAGED };
}
