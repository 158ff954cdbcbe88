import { versionParts } from '@assay/core/evr.ts';
import { packageType } from '@assay/core/package-type.ts';
import type { Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../accounts/identity.ts';
import { scoreOfFinding } from '../../../findings/score.ts';
import type { FindingPackageView, FindingView, IssueView, ResourceView } from '../../../findings/view.ts';
import { attackFacts } from '../../../vulnerabilities/evidence.ts';

import { dated } from './intelligence.ts';

export type WireFinding = NonNullable<Out<'ListFindings'>['findings']>[number];
type WireResource = NonNullable<WireFinding['resources']>[number];
type WirePackage = NonNullable<NonNullable<WireFinding['packageVulnerabilityDetails']>['vulnerablePackages']>[number];

/** Lengths that the model sets for output; longer texts are cut, never refused. */
const TEXT_LIMIT = 1024;
const REFERENCE_LIMIT = 10;
const RELATED_LIMIT = 100;
/** Who computed a score whose vector was adjusted. */
const SCORE_SOURCE = 'ASSAY';

/** `Finding` of Inspector's API. */
export function findingToWire(view: FindingView, arn: string, region: string): WireFinding {
  const { issue } = view;
  const { title, description, exploitability, details } = wordsOf(issue);
  return {
    findingArn: arn,
    awsAccountId: accountDigits(view.account),
    type: view.kind,
    title,
    description,
    remediation: { recommendation: { text: remediation(view.packages) } },
    severity: view.severity,
    status: view.status,
    firstObservedAt: view.firstAt,
    lastObservedAt: view.lastAt,
    updatedAt: view.updatedAt,
    resources: [resourceToWire(view.resource, accountDigits(view.account), region)],
    fixAvailable: view.fix,
    exploitAvailable: issue.exploit ? 'YES' : 'NO',
    ...exploitability,
    ...(view.score === null ? {} : { inspectorScore: round(view.score), ...scoreDetails(view) }),
    ...(issue.epss === null ? {} : { epss: { score: round(issue.epss, 5) } }),
    ...(view.kind === 'PACKAGE_VULNERABILITY'
      ? { packageVulnerabilityDetails: { ...details, vulnerablePackages: view.packages.map(packageToWire) } }
      : {}),
  };
}

interface IssueWords {
  readonly title: string;
  readonly description: string;
  readonly exploitability: Pick<WireFinding, 'exploitabilityDetails'>;
  readonly details: NonNullable<WireFinding['packageVulnerabilityDetails']>;
}

const words = new WeakMap<IssueView, IssueWords>();

/** What every finding of a vulnerability says, made once for all that are read together. */
function wordsOf(issue: IssueView): IssueWords {
  const held = words.get(issue);
  if (held !== undefined) return held;
  const title = cut(issue.doc.title ?? issue.name);
  const description = cut(issue.doc.description ?? title);
  const last = dated('lastKnownExploitAt', attackFacts(issue.doc).observed?.last);
  const exploitability = last.lastKnownExploitAt === undefined ? {} : { exploitabilityDetails: last };
  const made = { title, description, exploitability, details: issueDetails(issue) };
  words.set(issue, made);
  return made;
}

function issueDetails(issue: IssueView): IssueWords['details'] {
  const { doc } = issue;
  return {
    vulnerabilityId: issue.name,
    source: issue.source,
    vulnerablePackages: [],
    relatedVulnerabilities: issue.aliases.slice(0, RELATED_LIMIT),
    referenceUrls: (doc.references ?? []).slice(0, REFERENCE_LIMIT),
    cvss: (doc.cvss ?? []).map((one) => ({ baseScore: one.score, scoringVector: one.vector, version: one.version, source: one.source })),
    ...(doc.url === undefined ? {} : { sourceUrl: doc.url }),
    ...(issue.vendorSeverity === 'UNTRIAGED' ? {} : { vendorSeverity: issue.vendorSeverity }),
    ...dated('vendorCreatedAt', doc.published),
    ...dated('vendorUpdatedAt', doc.modified),
  };
}

function packageToWire(p: FindingPackageView): WirePackage {
  const { epoch, version, release } = versionParts(p.type, p.version);
  return {
    name: p.name,
    version,
    epoch,
    ...(release === undefined ? {} : { release }),
    ...(p.arch === null ? {} : { arch: p.arch }),
    packageManager: packageType(p.type).packageManager,
    ...(p.path === null ? {} : { filePath: p.path }),
    fixedInVersion: p.fixedIn ?? 'NotAvailable',
    ...(p.fixedIn === null ? {} : { remediation: `Update ${p.name} to ${p.fixedIn} or later.` }),
    ...(p.layer === null || p.layer === '' ? {} : { sourceLayerHash: p.layer }),
  };
}

function remediation(packages: readonly FindingPackageView[]): string {
  const fixes = new Set(packages.filter((p) => p.fixedIn !== null).map((p) => `${p.name} to ${p.fixedIn}`));
  return fixes.size === 0 ? 'No fixed version is known yet.' : cut(`Update ${[...fixes].join(', ')}.`);
}

/** The formula over again, so that whoever computes the shown vector gets the shown number. */
function scoreDetails(view: FindingView): Pick<WireFinding, 'inspectorScoreDetails'> {
  const { score, vector, cvssVersion, adjustments, source } = scoreOfFinding(view) ?? {};
  if (score === undefined || score === null || vector === undefined || cvssVersion === undefined) return {};
  return {
    inspectorScoreDetails: {
      adjustedCvss: {
        scoreSource: adjustments?.length === 0 ? source : SCORE_SOURCE,
        cvssSource: source,
        version: cvssVersion,
        score,
        scoringVector: vector,
        adjustments: (adjustments ?? []).map(({ metric, reason }) => ({ metric, reason })),
      },
    },
  };
}

function resourceToWire(r: ResourceView, account: string, region: string): WireResource {
  return {
    type: r.kind,
    id: r.arn,
    partition: 'aws',
    region,
    tags: { ...r.tags },
    details: resourceDetails(r),
    provider: 'AWS',
    providerAccountId: account,
  };
}

function resourceDetails(r: ResourceView): NonNullable<WireResource['details']> {
  const text = (name: string): string | undefined => (typeof r.detail[name] === 'string' ? r.detail[name] : undefined);
  const platform = r.platform ?? text('platform');
  if (r.kind === 'AWS_ECR_CONTAINER_IMAGE') {
    return {
      awsEcrContainerImage: {
        repositoryName: r.repository ?? '',
        imageHash: r.digest ?? '',
        registry: r.registry ?? '',
        imageTags: [...r.imageTags],
        pushedAt: r.pushedAt ?? undefined,
        architecture: r.arch ?? undefined,
        platform,
        lastInUseAt: r.lastInUseAt ?? undefined,
        inUseCount: r.inUseCount,
      },
    };
  }
  if (r.kind === 'AWS_EC2_INSTANCE') return { awsEc2Instance: { platform } };
  if (r.kind === 'CODE_REPOSITORY') return { codeRepository: { projectName: text('codeRepositoryProjectName') ?? text('name') } };
  return {};
}

const cut = (text: string): string => (text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT - 1)}…`);
/** Stored as float4: back to the decimals that were written. */
const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
