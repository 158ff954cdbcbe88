import { riskOf } from '@assay/core/score.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readFindings } from '../../../../findings/read.ts';
import type { FindingView } from '../../../../findings/view.ts';
import { attackFacts } from '../../../../vulnerabilities/evidence.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';
import { cisaData, exploitObserved } from '../../shapes/intelligence.ts';

type Detail = NonNullable<Out<'BatchGetFindingDetails'>['findingDetails']>[number];
type DetailError = NonNullable<Out<'BatchGetFindingDetails'>['errors']>[number];

/** Intelligence of up to ten findings; ARNs that name nothing the caller sees are answered one by one. */
export async function batchGetFindingDetails(
  input: In<'BatchGetFindingDetails'>,
  context: ServerContext,
): Promise<Out<'BatchGetFindingDetails'>> {
  const arns = input.findingArns ?? [];
  const accounts = await seenAccounts(context);
  const keys = arns.flatMap((arn) => {
    const key = context.arns.parse(arn);
    return key === undefined || !accounts.includes(key.account) ? [] : [key];
  });
  const views = await withAccounts(context.pool, accounts, (tx) => readFindings(tx, keys));
  const details = new Map(views.map((view) => [context.arns.format(view.account, view.id), view]));
  const findingDetails: Detail[] = [];
  const errors: DetailError[] = [];
  for (const findingArn of arns) {
    const view = details.get(findingArn);
    if (view === undefined) errors.push({ findingArn, errorCode: 'FINDING_DETAILS_NOT_FOUND', errorMessage: 'No such finding.' });
    else findingDetails.push(toDetail(findingArn, view));
  }
  return { findingDetails, errors };
}

const CWE_LIMIT = 10;
const REFERENCE_LIMIT = 100;

function toDetail(findingArn: string, view: FindingView): Detail {
  const { issue, score } = view;
  const { doc, epss, weaponised, exploit } = issue;
  const attacks = attackFacts(doc);
  const riskScore = riskOf({ score, epss, weaponised, exploit });
  return {
    findingArn,
    ...cisaData(doc.kev),
    ...(epss === null ? {} : { epssScore: Number(epss.toFixed(5)) }),
    cwes: (doc.cwes ?? []).slice(0, CWE_LIMIT),
    referenceUrls: (doc.references ?? []).slice(0, REFERENCE_LIMIT),
    ...(riskScore === undefined ? {} : { riskScore }),
    ...exploitObserved(attacks),
    evidences: attacks.evidences.map(({ rule, detail, severity }) => ({ evidenceRule: rule, evidenceDetail: detail, severity })),
    ttps: [...attacks.ttps],
    tools: [...attacks.tools],
  };
}
