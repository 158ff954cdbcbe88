import type { DateField, NumberField, StringField } from '@assay/core/filter/criteria.ts';
import { FINDING_KIND, FINDING_STATUS, FIX_AVAILABLE, RESOURCE_KIND, type ResourceKind } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';

/** Which row a field belongs to: f finding, r resource, i issue. */
export type Place = 'f' | 'r' | 'i';

/**
 * Where each string field lives. Fields of resource kinds that no connector makes yet, and of network and code findings, are read
 * from the row's `detail` under the filter field's own name, until they become columns.
 */
export type StringPlace =
  | { readonly kind: 'account' }
  | { readonly kind: 'arn' }
  | { readonly kind: 'region' }
  | { readonly kind: 'provider' }
  | { readonly kind: 'imageTags' }
  | { readonly kind: 'codes'; readonly at: Place; readonly column: string; readonly type: string; readonly domain: CodeDomain }
  | { readonly kind: 'text'; readonly at: Place; readonly column: string; readonly only?: string }
  | { readonly kind: 'texts'; readonly at: Place; readonly from: string; readonly only?: string };
type CodeDomain = readonly (readonly [string | undefined, number | boolean])[];

const image = `r.kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}`;
const codes = (at: Place, column: string, domain: Readonly<Record<string, number>>): StringPlace => ({
  kind: 'codes',
  at,
  column: `${at}.${column}`,
  type: 'smallint',
  domain: Object.entries(domain),
});
const text = (at: Place, column: string, only?: string): StringPlace => ({
  kind: 'text',
  at,
  column: `${at}.${column}`,
  ...(only === undefined ? {} : { only }),
});
const ONLY_KIND: readonly (readonly [prefix: string, kind: ResourceKind])[] = [
  ['ec2', 'AWS_EC2_INSTANCE'],
  ['lambda', 'AWS_LAMBDA_FUNCTION'],
  ['codeRepository', 'CODE_REPOSITORY'],
  ['cloudVm', 'Microsoft.Compute/virtualMachines'],
  ['cloudImage', 'Microsoft.ContainerRegistry/registry/containerImage'],
  ['cloudServerless', 'Microsoft.Web/sites'],
];
/** Where a detail field can exist at all, so that a list need not open every row's detail: by kind, both with an index. */
function detailOnly(at: Place, field: string): string {
  if (at === 'f') return 'f.detail is not null';
  const kind = ONLY_KIND.find(([prefix]) => field.startsWith(prefix))?.[1];
  return kind === undefined ? `r.kind >= ${RESOURCE_KIND['Microsoft.Compute/virtualMachines']}` : `r.kind = ${RESOURCE_KIND[kind]}`;
}
const detail = (at: Place, field: string): StringPlace => ({
  kind: 'text',
  at,
  column: `(${at}.detail->>'${field}')`,
  only: detailOnly(at, field),
});
const details = (at: Place, field: string): StringPlace => ({
  kind: 'texts',
  at,
  from: `jsonb_array_elements_text(coalesce(${at}.detail->'${field}', '[]'::jsonb)) as v(value)`,
  only: detailOnly(at, field),
});
/** `resource_tag.space`. */
export const TAG_SPACE = { image: 1, resource: 2 } as const;

const severityNames: CodeDomain = Object.entries(SEVERITY_CODES);

export const STRING_PLACES: Readonly<Record<StringField, StringPlace>> = {
  findingArn: { kind: 'arn' },
  awsAccountId: { kind: 'account' },
  findingType: codes('f', 'kind', FINDING_KIND),
  severity: codes('f', 'severity', SEVERITY_CODES),
  findingStatus: codes('f', 'status', FINDING_STATUS),
  title: text('i', 'title'),
  resourceType: codes('r', 'kind', RESOURCE_KIND),
  resourceId: text('r', 'arn'),
  ec2InstanceImageId: detail('r', 'ec2InstanceImageId'),
  ec2InstanceVpcId: detail('r', 'ec2InstanceVpcId'),
  ec2InstanceSubnetId: detail('r', 'ec2InstanceSubnetId'),
  ecrImageArchitecture: text('r', 'arch', image),
  ecrImageRegistry: text('r', 'registry', image),
  ecrImageRepositoryName: text('r', 'repository', image),
  ecrImageTags: { kind: 'imageTags' },
  ecrImageHash: text('r', 'digest', image),
  networkProtocol: detail('f', 'networkProtocol'),
  componentId: details('f', 'componentId'),
  componentType: details('f', 'componentType'),
  vulnerabilityId: text('i', 'name', `i.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY}`),
  vulnerabilitySource: text('i', 'source', `i.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY}`),
  vendorSeverity: {
    kind: 'codes',
    at: 'i',
    column: 'i.vendor_severity',
    type: 'smallint',
    domain: severityNames.map(([name, code]) => [code === SEVERITY_CODES.UNTRIAGED ? undefined : name, code]),
  },
  relatedVulnerabilities: { kind: 'texts', at: 'i', from: 'unnest(i.aliases) as v(value)' },
  fixAvailable: codes('f', 'fix', FIX_AVAILABLE),
  lambdaFunctionName: detail('r', 'lambdaFunctionName'),
  lambdaFunctionLayers: details('r', 'lambdaFunctionLayers'),
  lambdaFunctionRuntime: detail('r', 'lambdaFunctionRuntime'),
  lambdaFunctionExecutionRoleArn: detail('r', 'lambdaFunctionExecutionRoleArn'),
  exploitAvailable: {
    kind: 'codes',
    at: 'i',
    column: 'i.exploit',
    type: 'boolean',
    domain: [
      ['YES', true],
      ['NO', false],
    ],
  },
  codeVulnerabilityDetectorName: detail('f', 'codeVulnerabilityDetectorName'),
  codeVulnerabilityDetectorTags: details('f', 'codeVulnerabilityDetectorTags'),
  codeVulnerabilityFilePath: detail('f', 'codeVulnerabilityFilePath'),
  codeRepositoryProjectName: detail('r', 'codeRepositoryProjectName'),
  codeRepositoryProviderType: detail('r', 'codeRepositoryProviderType'),
  cloudProvider: { kind: 'provider' },
  cloudProviderRegion: { kind: 'region' },
  cloudProviderAccountId: { kind: 'account' },
  cloudProviderOrgId: detail('r', 'cloudProviderOrgId'),
  cloudVmImageReference: detail('r', 'cloudVmImageReference'),
  cloudVmNetworkId: detail('r', 'cloudVmNetworkId'),
  cloudVmSubnetIds: details('r', 'cloudVmSubnetIds'),
  cloudImageRepositoryName: detail('r', 'cloudImageRepositoryName'),
  cloudImageRegistry: detail('r', 'cloudImageRegistry'),
  cloudImageDigest: detail('r', 'cloudImageDigest'),
  cloudImageTags: details('r', 'cloudImageTags'),
  cloudImageArchitecture: detail('r', 'cloudImageArchitecture'),
  cloudServerlessFunctionName: detail('r', 'cloudServerlessFunctionName'),
  cloudServerlessFunctionRuntime: detail('r', 'cloudServerlessFunctionRuntime'),
  cloudServerlessFunctionExecutionRole: detail('r', 'cloudServerlessFunctionExecutionRole'),
};

export interface RangePlace {
  readonly at: Place;
  /** Null or false under `only` means absent. */
  readonly column: string;
  readonly cast: 'timestamptz' | 'real' | 'int' | 'float8';
  readonly only?: string;
}
const detailNumber = (field: string): RangePlace => ({
  at: 'r',
  column: `(r.detail->>'${field}')::float8`,
  cast: 'float8',
  only: detailOnly('r', field),
});

/** Dates in `detail` are milliseconds since the epoch. */
export const RANGE_PLACES: Readonly<Record<DateField | NumberField, RangePlace>> = {
  firstObservedAt: { at: 'f', column: 'f.first_at', cast: 'timestamptz' },
  lastObservedAt: { at: 'f', column: 'f.last_at', cast: 'timestamptz' },
  updatedAt: { at: 'f', column: 'f.updated_at', cast: 'timestamptz' },
  ecrImagePushedAt: { at: 'r', column: 'r.pushed_at', cast: 'timestamptz', only: image },
  ecrImageLastInUseAt: { at: 'r', column: 'r.last_in_use_at', cast: 'timestamptz', only: image },
  lambdaFunctionLastModifiedAt: detailNumber('lambdaFunctionLastModifiedAt'),
  cloudImagePushedAt: detailNumber('cloudImagePushedAt'),
  cloudImageLastInUseAt: detailNumber('cloudImageLastInUseAt'),
  cloudServerlessFunctionLastModifiedAt: detailNumber('cloudServerlessFunctionLastModifiedAt'),
  inspectorScore: { at: 'f', column: 'f.score', cast: 'real', only: 'f.score >= 0' },
  epssScore: { at: 'i', column: 'i.epss', cast: 'real', only: 'i.epss >= 0' },
  ecrImageInUseCount: { at: 'r', column: 'r.in_use_count', cast: 'int', only: image },
  cloudImageInUseCount: detailNumber('cloudImageInUseCount'),
};
