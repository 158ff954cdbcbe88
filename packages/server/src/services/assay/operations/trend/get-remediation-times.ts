import { SEVERITIES, SEVERITY_CODES } from '@assay/core/severity.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { remediationTimes } from '../../../../findings/trend/movements.ts';
import type { ServerContext } from '../../../context.ts';
import { accountsOf, spanOf } from '../../trend-span.ts';

export async function getRemediationTimes(
  input: AssayIn<'GetRemediationTimes'>,
  context: ServerContext,
): Promise<AssayOut<'GetRemediationTimes'>> {
  const accounts = await accountsOf(input, context);
  const span = spanOf(input, context.now());
  const times = await withAccounts(context.pool, accounts, (tx) => remediationTimes(tx, accounts, span));
  const all = times.find((time) => time.severity === null);
  const bySeverity = times.flatMap(({ severity, ...time }) =>
    severity === null ? [] : [{ severity: SEVERITIES.find((name) => SEVERITY_CODES[name] === severity)!, ...time }],
  );
  if (all === undefined) return { bySeverity };
  const { findings, meanSeconds, medianSeconds } = all;
  return { all: { findings, meanSeconds, medianSeconds }, bySeverity };
}
