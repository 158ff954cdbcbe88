import { accessDenied, conflict } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { type Admission, admitReport } from '../../../../collectors/admit.ts';
import { collectorOfArn } from '../../../../collectors/collectors.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { takeReport } from '../../../../running/take-report.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { collectorArn } from '../../collector-arn.ts';
import { reportOfWire } from '../../running-report.ts';

/** What a collector tells, with its own token. RESYNC asks for a whole snapshot, PAUSED for patience. */
export async function reportRunning(input: AssayIn<'ReportRunning'>, context: ServerContext): Promise<AssayOut<'ReportRunning'>> {
  requireRole(context, 'collector');
  const { account, principal, pool } = context;
  const id = collectorOfArn(principal.arn) ?? '';
  const report = reportOfWire(input);
  const wanted = { cluster: report.cluster, begins: report.part === 'snapshot-begin', now: context.now() };
  const admission = await withAccounts(pool, [account], (tx) => admitReport(tx, { account, id }, wanted));
  if (admission.is === 'paused') return { answer: 'PAUSED' };
  if (admission.is !== 'admitted') throw refusal(admission, collectorArn(context.region, principal.account, id), input.cluster.name);
  const answer = await takeReport(context, { account, collector: id, report });
  return { answer: answer === 'taken' ? 'TAKEN' : 'RESYNC' };
}

function refusal(admission: Admission, arn: string, cluster: string): Error {
  if (admission.is === 'other-cluster') {
    const text = `This token belongs to the cluster ${admission.cluster}; make another collector for ${cluster}.`;
    return conflict(text, arn, 'COLLECTOR');
  }
  if (admission.is === 'other-collector') {
    const text = `The collector ${admission.collector} reports ${cluster} already; delete or pause one of the two.`;
    return conflict(text, arn, 'COLLECTOR');
  }
  return accessDenied('There is no collector with this token any more');
}
