import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import { SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import type { Transaction } from '../db/pool.ts';
import { nameOfCode } from '../findings/code-name.ts';
import { Params } from '../findings/list/sql.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { rulePredicate } from './rule-predicate.ts';

export interface Preview {
  /** Open findings that the rule would match, among them those that another rule hides already. */
  readonly matched: number;
  readonly hiddenAlready: number;
  /** Of resources that run. */
  readonly inUse: number;
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  /** The first ones to look at before agreeing: in use, then by severity. */
  readonly sample: readonly PreviewFinding[];
}

export interface PreviewFinding {
  readonly account: number;
  readonly id: number;
  readonly name: string;
  readonly arn: string;
  readonly severity: Severity;
  readonly inUse: boolean;
}

const SAMPLE = 20;
const { ACTIVE, SUPPRESSED } = FINDING_STATUS;

/** What a rule would hide, before it is made. */
export async function previewRule(
  tx: Transaction,
  criteria: FindingCriteria,
  { accounts, naming }: { readonly accounts: readonly number[]; readonly naming: FindingNaming },
): Promise<Preview> {
  const params = new Params();
  const where = `f.status in (${ACTIVE}, ${SUPPRESSED}) and ${rulePredicate({ criteria, accounts, everyPackage: false }, naming)(params)}`;
  const from = 'finding f join resource s on s.account = f.account and s.id = f.resource';
  const { rows: groups } = await tx.query<{ severity: number; hidden: boolean; used: boolean; n: number }>(
    `select f.severity, f.status = ${SUPPRESSED} as hidden, s.in_use_count > 0 as used, count(*)::int as n from ${from} where ${where} group by 1, 2, 3`,
    params.values,
  );
  const { rows: sample } = await tx.query<Omit<PreviewFinding, 'severity'> & { severity: number }>(
    `select f.account, f.id, f.severity, s.arn, s.in_use_count > 0 as "inUse", (select i.name from issue i where i.id = f.issue) as name
     from ${from} where ${where} order by s.in_use_count > 0 desc, f.severity desc, f.id limit ${SAMPLE}`,
    params.values,
  );
  const count = (of: (group: (typeof groups)[number]) => boolean): number => groups.filter(of).reduce((sum, group) => sum + group.n, 0);
  const severities = [...new Set(groups.map((group) => group.severity))].sort((a, b) => b - a);
  return {
    matched: count(() => true),
    hiddenAlready: count((group) => group.hidden),
    inUse: count((group) => group.used),
    bySeverity: Object.fromEntries(
      severities.map((severity) => [nameOfCode(SEVERITY_CODES, severity), count((group) => group.severity === severity)]),
    ),
    sample: sample.map((row) => ({ ...row, severity: nameOfCode(SEVERITY_CODES, row.severity) })),
  };
}
