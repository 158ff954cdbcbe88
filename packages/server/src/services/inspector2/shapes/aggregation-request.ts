import type { FindingCriteria, StringFilter } from '@assay/core/filter/criteria.ts';
import { matchesStrings } from '@assay/core/filter/matches.ts';
import { invalidField } from '@assay/wire/errors.ts';
import type { In } from '@assay/wire/operation-types.ts';
import type { AggregateRequest } from '../../../findings/aggregate/aggregate.ts';
import type { AggregationType } from '../../../findings/aggregate/groupings.ts';
import { criteriaFromWire } from './criteria.ts';

type Input = In<'ListFindingAggregations'>;
type Member = keyof NonNullable<Input['aggregationRequest']> & string;
type Asked = Pick<AggregateRequest, 'criteria' | 'packageNames' | 'layers' | 'operatingSystems' | 'sortBy' | 'descending'>;

const CLOUD = {
  cloudProviders: 'cloudProvider',
  cloudRegions: 'cloudProviderRegion',
  cloudAccountIds: 'cloudProviderAccountId',
  cloudOrgIds: 'cloudProviderOrgId',
} as const;

interface Narrowing {
  /** Member of the union `aggregationRequest`. */
  readonly member: Member;
  /** Its members and the filter fields that say the same. */
  readonly fields: Readonly<Record<string, keyof FindingCriteria>>;
}

export const NARROWINGS: Readonly<Record<AggregationType, Narrowing>> = {
  ACCOUNT: { member: 'accountAggregation', fields: { findingType: 'findingType', resourceType: 'resourceType' } },
  AMI: { member: 'amiAggregation', fields: { amis: 'ec2InstanceImageId' } },
  AWS_ECR_CONTAINER: {
    member: 'awsEcrContainerAggregation',
    fields: {
      resourceIds: 'resourceId',
      imageShas: 'ecrImageHash',
      repositories: 'ecrImageRepositoryName',
      architectures: 'ecrImageArchitecture',
      imageTags: 'ecrImageTags',
      lastInUseAt: 'ecrImageLastInUseAt',
      inUseCount: 'ecrImageInUseCount',
    },
  },
  AWS_EC2_INSTANCE: {
    member: 'ec2InstanceAggregation',
    fields: { amis: 'ec2InstanceImageId', instanceIds: 'resourceId', instanceTags: 'resourceTags' },
  },
  FINDING_TYPE: { member: 'findingTypeAggregation', fields: { findingType: 'findingType', resourceType: 'resourceType' } },
  IMAGE_LAYER: {
    member: 'imageLayerAggregation',
    fields: { repositories: 'ecrImageRepositoryName', resourceIds: 'resourceId', ...CLOUD },
  },
  PACKAGE: { member: 'packageAggregation', fields: {} },
  REPOSITORY: { member: 'repositoryAggregation', fields: { repositories: 'ecrImageRepositoryName' } },
  TITLE: {
    member: 'titleAggregation',
    fields: { titles: 'title', vulnerabilityIds: 'vulnerabilityId', resourceType: 'resourceType', findingType: 'findingType' },
  },
  LAMBDA_LAYER: { member: 'lambdaLayerAggregation', fields: { functionNames: 'lambdaFunctionName', resourceIds: 'resourceId' } },
  AWS_LAMBDA_FUNCTION: {
    member: 'lambdaFunctionAggregation',
    fields: {
      resourceIds: 'resourceId',
      functionNames: 'lambdaFunctionName',
      runtimes: 'lambdaFunctionRuntime',
      functionTags: 'resourceTags',
    },
  },
  CODE_REPOSITORY: {
    member: 'codeRepositoryAggregation',
    fields: { projectNames: 'codeRepositoryProjectName', providerTypes: 'codeRepositoryProviderType', resourceIds: 'resourceId' },
  },
  VM_INSTANCE: {
    member: 'vmInstanceAggregation',
    fields: { resourceIds: 'resourceId', instanceTags: 'resourceTags', vmImageReferences: 'cloudVmImageReference', ...CLOUD },
  },
  CONTAINER_IMAGE: {
    member: 'containerImageAggregation',
    fields: {
      resourceIds: 'resourceId',
      imageDigests: 'cloudImageDigest',
      repositories: 'cloudImageRepositoryName',
      registries: 'cloudImageRegistry',
      architectures: 'cloudImageArchitecture',
      imageTags: 'cloudImageTags',
      lastInUseAt: 'cloudImageLastInUseAt',
      inUseCount: 'cloudImageInUseCount',
      ...CLOUD,
    },
  },
  SERVERLESS_FUNCTION: {
    member: 'serverlessFunctionAggregation',
    fields: {
      resourceIds: 'resourceId',
      functionNames: 'cloudServerlessFunctionName',
      runtimes: 'cloudServerlessFunctionRuntime',
      functionTags: 'resourceTags',
      ...CLOUD,
    },
  },
};

const PARTITION = 'aws';

/** The request in the words of filter criteria; undefined when it asks for a partition that is not ours, which holds nothing. */
export function aggregationFromWire(input: Input): Asked | undefined {
  const by = input.aggregationType as AggregationType;
  const { member, fields } = NARROWINGS[by];
  const union = (input.aggregationRequest ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const other = Object.keys(union).find((name) => union[name] !== undefined && name !== member);
  if (other !== undefined) throw invalidField(`aggregationRequest.${other}`, `is not of aggregationType ${by}; use ${member}`);
  const asked = union[member] ?? {};
  const strings = (name: string): readonly StringFilter[] | undefined => asked[name] as readonly StringFilter[] | undefined;
  if (!matchesStrings(strings('cloudPartitions'), PARTITION)) return undefined;
  const criteria = Object.entries(fields).flatMap(([name, field]) => {
    const value = asked[name];
    if (value === undefined) return [];
    return [[field, typeof value === 'string' ? [{ comparison: 'EQUALS', value }] : value]];
  });
  if (input.accountIds !== undefined) criteria.push(['awsAccountId', input.accountIds]);
  const layers = strings('layerHashes') ?? strings('layerArns');
  return {
    criteria: criteriaFromWire(Object.fromEntries(criteria)),
    sortBy: (asked['sortBy'] ?? 'ALL') as Asked['sortBy'],
    descending: asked['sortOrder'] !== 'ASC',
    ...(asked['packageNames'] === undefined ? {} : { packageNames: strings('packageNames') }),
    ...(layers === undefined ? {} : { layers }),
    ...(asked['operatingSystems'] === undefined ? {} : { operatingSystems: strings('operatingSystems') }),
  } as Asked;
}
