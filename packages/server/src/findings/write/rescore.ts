import { FINDING_KIND, FINDING_STATUS } from '@assay/core/finding.ts';
import type { Transaction } from '../../db/pool.ts';
import { type ApplyContext, type ApplyResult, applyFindings, prepareApply } from './apply.ts';
import { scorePlace } from './score-bases.ts';

/**
 * Gives the open findings of these resources the score that `resource.exposure` now asks for, set-based, in the transaction that changed it;
 * one event for each finding whose score moved. The number of the fence stays: nothing was matched, and an evaluation that comes later
 * reads the exposure itself.
 */
export async function rescoreResources(
  tx: Transaction,
  at: { readonly account: number; readonly resources: readonly number[] },
  context: ApplyContext,
): Promise<ApplyResult> {
  await prepareApply(tx);
  const which = [at.account, at.resources];
  await tx.query('select from resource where account = $1 and id = any($2::bigint[]) order by account, id for update', which);
  await tx.query(
    `insert into ev_desired (account, resource, issue, package, fixed, advisory, reason, severity, score, basis)
     select f.account, f.resource, f.issue, fp.package, fp.fixed, fp.advisory, fp.reason, b.severities${scorePlace('i.weaponised')},
       b.scores${scorePlace('i.weaponised')}, fp.basis
     from resource r join finding f on f.account = r.account and f.resource = r.id
     join finding_package fp on fp.account = f.account and fp.finding = f.id
     join score_basis b on b.id = fp.basis join issue i on i.id = f.issue
     where r.account = $1 and r.id = any($2::bigint[]) and f.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY} and f.status <> ${FINDING_STATUS.CLOSED}`,
    which,
  );
  await tx.query('insert into ev_scope select account, resource, issue, package from ev_desired');
  return applyFindings(tx, context);
}
