import type { Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../accounts/identity.ts';
import type { AggregateRow } from '../../../findings/aggregate/aggregate.ts';
import type { GroupFacts } from '../../../findings/aggregate/facts.ts';
import type { AggregationType } from '../../../findings/aggregate/groupings.ts';
import { NARROWINGS } from './aggregation-request.ts';

type Response = NonNullable<Out<'ListFindingAggregations'>['responses']>[number];

export interface Group {
  readonly row: AggregateRow;
  readonly facts: GroupFacts;
  readonly region: string;
}

/** The union member is the one that the request has. */
export function aggregationToWire(by: AggregationType, group: Group): Response {
  const { account, counts } = group.row;
  const body = { accountId: accountDigits(account), severityCounts: { ...counts }, ...MEMBERS[by](group) };
  return { [NARROWINGS[by].member]: body } as unknown as Response;
}

const MEMBERS: Readonly<Record<AggregationType, (group: Group) => object>> = {
  ACCOUNT: available,
  FINDING_TYPE: (group) => ({ ...available(group), ...cloud(group) }),
  TITLE: ({ facts: { issue } }) => ({ title: issue?.title, vulnerabilityId: issue?.name }),
  PACKAGE: ({ row }) => ({ packageName: row.name }),
  REPOSITORY: (group) => ({ repository: group.row.name, affectedImages: group.row.affected, ...cloud(group) }),
  AMI: (group) => ({ ami: group.row.name, affectedInstances: group.row.affected, ...cloud(group) }),
  AWS_ECR_CONTAINER: (group) => {
    const { resource } = group.facts;
    return {
      resourceId: resource?.arn,
      imageSha: resource?.digest ?? undefined,
      repository: resource?.repository ?? undefined,
      architecture: resource?.arch ?? undefined,
      imageTags: resource?.imageTags,
      lastInUseAt: resource?.lastInUseAt ?? undefined,
      inUseCount: resource?.inUseCount,
    };
  },
  AWS_EC2_INSTANCE: (group) => ({
    instanceId: group.facts.resource?.arn,
    ami: detail(group, 'ec2InstanceImageId'),
    operatingSystem: group.facts.resource?.platform ?? detail(group, 'platform'),
    instanceTags: group.facts.resource?.tags,
    networkFindings: group.row.networkFindings,
  }),
  AWS_LAMBDA_FUNCTION: (group) => ({
    resourceId: group.facts.resource?.arn,
    functionName: detail(group, 'lambdaFunctionName'),
    runtime: detail(group, 'lambdaFunctionRuntime'),
    lambdaTags: group.facts.resource?.tags,
    lastModifiedAt: moment(group, 'lambdaFunctionLastModifiedAt'),
  }),
  CODE_REPOSITORY: (group) => ({
    projectNames: detail(group, 'codeRepositoryProjectName') ?? detail(group, 'name') ?? group.facts.resource?.arn,
    providerType: detail(group, 'codeRepositoryProviderType'),
    resourceId: group.facts.resource?.arn,
    ...availableActive(group),
  }),
  VM_INSTANCE: (group) => ({
    resourceId: group.facts.resource?.arn,
    vmImageReference: detail(group, 'cloudVmImageReference'),
    operatingSystem: group.facts.resource?.platform ?? undefined,
    tags: group.facts.resource?.tags,
    networkFindings: group.row.networkFindings,
    ...availableActive(group),
    ...cloud(group),
  }),
  CONTAINER_IMAGE: (group) => ({
    resourceId: group.facts.resource?.arn,
    imageDigest: detail(group, 'cloudImageDigest'),
    repository: detail(group, 'cloudImageRepositoryName'),
    registry: detail(group, 'cloudImageRegistry'),
    architecture: detail(group, 'cloudImageArchitecture'),
    imageTags: group.facts.resource?.detail['cloudImageTags'],
    lastInUseAt: moment(group, 'cloudImageLastInUseAt'),
    inUseCount: group.facts.resource?.detail['cloudImageInUseCount'],
    ...availableActive(group),
    ...cloud(group),
  }),
  SERVERLESS_FUNCTION: (group) => ({
    resourceId: group.facts.resource?.arn,
    functionName: detail(group, 'cloudServerlessFunctionName'),
    runtime: detail(group, 'cloudServerlessFunctionRuntime'),
    tags: group.facts.resource?.tags,
    lastModifiedAt: moment(group, 'cloudServerlessFunctionLastModifiedAt'),
    ...availableActive(group),
    ...cloud(group),
  }),
  IMAGE_LAYER: (group) => ({
    repository: group.facts.resource?.repository ?? '',
    resourceId: group.facts.resource?.arn,
    layerHash: group.row.name,
    ...cloud(group),
  }),
  LAMBDA_LAYER: (group) => ({
    functionName: detail(group, 'lambdaFunctionName') ?? group.facts.resource?.arn,
    resourceId: group.facts.resource?.arn,
    layerArn: group.row.name,
  }),
};

function available({ row }: Group): object {
  return { exploitAvailableCount: row.exploitAvailable, fixAvailableCount: row.fixAvailable };
}

function availableActive({ row }: Group): object {
  return { exploitAvailableActiveFindingsCount: row.exploitAvailable, fixAvailableActiveFindingsCount: row.fixAvailable };
}

function cloud({ row, region }: Group): object {
  return { cloudProvider: 'AWS', cloudPartition: 'aws', cloudRegion: region, cloudAccountId: accountDigits(row.account) };
}

function detail({ facts }: Group, name: string): string | undefined {
  const value = facts.resource?.detail[name];
  return typeof value === 'string' ? value : undefined;
}

/** Dates in `detail` are milliseconds since the epoch. */
function moment({ facts }: Group, name: string): Date | undefined {
  const value = facts.resource?.detail[name];
  return typeof value === 'number' ? new Date(value) : undefined;
}
