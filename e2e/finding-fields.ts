import type { FilterCriteria, Finding, SortField } from '@aws-sdk/client-inspector2';

const image = (one: Finding) => one.resources?.[0]?.details?.awsEcrContainerImage;
const some = (value: string | undefined): string[] => (value === undefined ? [] : [value]);
const RANKS = ['UNTRIAGED', 'INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

/** What a filter field means, read from the finding that the client got: the oracle shares no code with the service. */
export const stringFields: Readonly<Partial<Record<keyof FilterCriteria, (one: Finding) => readonly string[]>>> = {
  findingArn: (one) => some(one.findingArn),
  awsAccountId: (one) => some(one.awsAccountId),
  findingType: (one) => some(one.type),
  severity: (one) => some(one.severity),
  findingStatus: (one) => some(one.status),
  title: (one) => some(one.title),
  resourceType: (one) => some(one.resources?.[0]?.type),
  resourceId: (one) => some(one.resources?.[0]?.id),
  ecrImageRegistry: (one) => some(image(one)?.registry),
  ecrImageRepositoryName: (one) => some(image(one)?.repositoryName),
  ecrImageTags: (one) => image(one)?.imageTags ?? [],
  ecrImageHash: (one) => some(image(one)?.imageHash),
  vulnerabilityId: (one) => some(one.packageVulnerabilityDetails?.vulnerabilityId),
  vulnerabilitySource: (one) => some(one.packageVulnerabilityDetails?.source),
  vendorSeverity: (one) => some(one.packageVulnerabilityDetails?.vendorSeverity),
  relatedVulnerabilities: (one) => one.packageVulnerabilityDetails?.relatedVulnerabilities ?? [],
  fixAvailable: (one) => some(one.fixAvailable),
  exploitAvailable: (one) => some(one.exploitAvailable),
};

export const numberFields: Readonly<Partial<Record<keyof FilterCriteria, (one: Finding) => number | undefined>>> = {
  inspectorScore: (one) => one.inspectorScore,
};

export const dateFields: Readonly<Partial<Record<keyof FilterCriteria, (one: Finding) => Date | undefined>>> = {
  firstObservedAt: (one) => one.firstObservedAt,
  lastObservedAt: (one) => one.lastObservedAt,
  updatedAt: (one) => one.updatedAt,
  ecrImagePushedAt: (one) => image(one)?.pushedAt,
};

/** Keys of those sort fields that a finding shows in a form with an order. */
export const sortKeys: Readonly<Partial<Record<SortField, (one: Finding) => string | number | undefined>>> = {
  AWS_ACCOUNT_ID: (one) => one.awsAccountId,
  SEVERITY: (one) => RANKS.indexOf(one.severity ?? ''),
  FIRST_OBSERVED_AT: (one) => one.firstObservedAt?.getTime(),
  LAST_OBSERVED_AT: (one) => one.lastObservedAt?.getTime(),
  ECR_IMAGE_PUSHED_AT: (one) => image(one)?.pushedAt?.getTime(),
  ECR_IMAGE_REPOSITORY_NAME: (one) => image(one)?.repositoryName,
  ECR_IMAGE_REGISTRY: (one) => image(one)?.registry,
  VULNERABILITY_ID: (one) => one.packageVulnerabilityDetails?.vulnerabilityId,
  VULNERABILITY_SOURCE: (one) => one.packageVulnerabilityDetails?.source,
  INSPECTOR_SCORE: (one) => one.inspectorScore,
  VENDOR_SEVERITY: (one) => RANKS.indexOf(one.packageVulnerabilityDetails?.vendorSeverity ?? 'UNTRIAGED'),
  EPSS_SCORE: (one) => one.epss?.score,
};
