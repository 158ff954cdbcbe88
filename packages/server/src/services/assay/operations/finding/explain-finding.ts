import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { type Transaction, withAccounts } from '../../../../db/pool.ts';
import { explainFinding as explain, type PackageReason } from '../../../../findings/explain.ts';
import { readFindings } from '../../../../findings/read.ts';
import { scoreOfFinding, worstPackage } from '../../../../findings/score.ts';
import type { FindingView } from '../../../../findings/view.ts';
import { openRevision, requireCurrent } from '../../../../revisions/revisions.ts';
import { epssTrendOf } from '../../../../vulnerabilities/epss-days.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';
import { epssToWire } from '../../epss.ts';

type Explanation = AssayOut<'ExplainFinding'>;
type PackageExplanation = Explanation['packages'][number];

/** Why a finding is one: what was asked, what the advisory says, what follows, and where its number comes from. */
export async function explainFinding(input: AssayIn<'ExplainFinding'>, context: ServerContext): Promise<Explanation> {
  const key = context.arns.parse(input.findingArn);
  if (key === undefined || !(await seenAccounts(context)).includes(key.account)) throw resourceNotFound('There is no such finding.');
  return withAccounts(context.pool, [key.account], async (tx) => {
    const [view] = await readFindings(tx, [{ account: key.account, id: key.id }]);
    if (view === undefined) throw resourceNotFound('There is no such finding.');
    const revision = await requireCurrent(tx);
    const lookup = await openRevision(context.revisions, revision);
    const reasons = await explain(tx, {
      account: key.account,
      finding: key.id,
      vulnerability: view.issue.name,
      lookup,
      blobs: context.blobs,
    });
    return {
      findingArn: input.findingArn,
      resourceArn: view.resource.arn,
      vulnerabilityId: view.issue.name,
      revision: revision.digest,
      packages: reasons.map((reason) => explainPackage(reason, lookup)),
      score: { ...explainScore(view, reasons), ...(await explainEpss(tx, view, context.now())) },
    };
  });
}

type Lookup = Awaited<ReturnType<typeof openRevision>>;

function explainPackage({ identity, evidence, match, stored }: PackageReason, lookup: Lookup): PackageExplanation {
  const advisory = match?.advisory ?? stored.advisory;
  const document = lookup.document(advisory);
  const fixedIn = match === undefined ? stored.fixedIn : match.fixedIn;
  const by = match?.reason.searchedBy;
  return {
    name: identity.name,
    version: identity.version,
    purl: identity.purl,
    namespace: identity.namespace,
    ...(identity.arch === undefined ? {} : { arch: identity.arch }),
    ...(identity.sourceName === undefined ? {} : { sourceName: identity.sourceName }),
    ...(identity.sourceVersion === undefined ? {} : { sourceVersion: identity.sourceVersion }),
    searchedBy: by === undefined ? 'nothing that matches now' : `${by.namespace} / ${by.name} ${by.version}`,
    ...(match === undefined ? {} : { found: match.reason.found.advisory, range: match.reason.found.range }),
    rule: match?.reason.rule ?? 'none',
    sentence: sentence(match),
    advisory: {
      id: advisory,
      feed: match?.feed ?? document?.assay?.feed ?? 'unknown',
      ...(document?.assay?.url === undefined ? {} : { url: document.assay.url }),
      ...(document?.summary === undefined ? {} : { title: document.summary }),
      ...(document?.aliases === undefined ? {} : { aliases: document.aliases }),
    },
    fix: {
      status: match?.status ?? 'unknown',
      ...(fixedIn === null ? {} : { fixedInVersion: fixedIn, remediation: `Update ${identity.name} to ${fixedIn} or later.` }),
    },
    locations: evidence.map((one) => ({
      path: one.path,
      cataloger: one.cataloger,
      ...(one.layer === undefined ? {} : { layerDigest: one.layer }),
    })),
  };
}

function sentence(match: PackageReason['match']): string {
  if (match === undefined) return 'The present advisories no longer say that this version is affected.';
  const { searchedBy, found } = match.reason;
  const through = searchedBy.via === 'source' ? ` through the source package ${searchedBy.name}` : '';
  return `Searched ${searchedBy.namespace} for ${searchedBy.name} ${searchedBy.version}${through}; ${found.advisory} says ${found.range}; therefore affected.`;
}

async function explainEpss(tx: Transaction, { issue }: FindingView, now: number): Promise<Pick<Explanation['score'], 'epss'>> {
  if (issue.epss === null) return {};
  return { epss: epssToWire(issue.epss, await epssTrendOf(tx, issue.name, { current: issue.epss, now })) };
}

function explainScore(view: FindingView, reasons: readonly PackageReason[]): Explanation['score'] {
  const worst = worstPackage(view.packages);
  const start = worst?.basis?.vector;
  const score = scoreOfFinding(view) ?? reasons[0]?.severity;
  const vectors = (view.issue.doc.cvss ?? []).map((one) => ({
    source: one.source,
    vector: one.vector,
    version: one.version,
    baseScore: one.score,
    used: one.vector === start,
  }));
  return {
    severity: view.severity,
    ...(view.score === null ? {} : { score: Number(view.score.toFixed(1)) }),
    ...(start === undefined ? {} : { startVector: start }),
    ...(score?.vector === undefined ? {} : { vector: score.vector }),
    adjustments: (score?.adjustments ?? []).map(({ metric, reason }) => ({ metric, reason })),
    exposure: view.resource.exposure,
    weaponised: view.issue.weaponised,
    ...(score === undefined ? {} : { severitySource: score.source, sentence: score.reason }),
    reasons: vectors,
  };
}
