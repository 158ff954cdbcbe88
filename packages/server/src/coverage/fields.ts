import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';

/** Where each coverage criterion lives; `own` fields are read from `resource.detail` under the field's own name until connectors make them. */
export type CoveragePlace =
  | { readonly kind: 'account' | 'region' | 'provider' | 'scanType' | 'imageTags' }
  | { readonly kind: 'codes'; readonly column: string; readonly domain: Readonly<Record<string, number>> }
  | { readonly kind: 'text'; readonly column: string; readonly only?: string };

const image = `r.kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}`;
const imageOrRepository = `r.kind in (${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}, ${RESOURCE_KIND.AWS_ECR_REPOSITORY})`;
const own = (field: string): CoveragePlace => ({ kind: 'text', column: `(r.detail->>'${field}')` });

export const COVERAGE_STRINGS: Readonly<Record<string, CoveragePlace>> = {
  scanStatusCode: { kind: 'codes', column: 'r.scan_status', domain: SCAN_STATUS },
  scanStatusReason: { kind: 'codes', column: 'r.scan_reason', domain: SCAN_REASON },
  accountId: { kind: 'account' },
  resourceId: { kind: 'text', column: 'r.arn' },
  resourceType: { kind: 'codes', column: 'r.kind', domain: RESOURCE_KIND },
  scanType: { kind: 'scanType' },
  scanMode: own('scanMode'),
  ecrRepositoryName: { kind: 'text', column: 'r.repository', only: imageOrRepository },
  ecrImageTags: { kind: 'imageTags' },
  lambdaFunctionName: own('lambdaFunctionName'),
  lambdaFunctionRuntime: own('lambdaFunctionRuntime'),
  codeRepositoryProjectName: own('codeRepositoryProjectName'),
  codeRepositoryProviderType: own('codeRepositoryProviderType'),
  codeRepositoryProviderTypeVisibility: own('codeRepositoryProviderTypeVisibility'),
  lastScannedCommitId: own('lastScannedCommitId'),
  cloudProvider: { kind: 'provider' },
  cloudProviderAccountId: { kind: 'account' },
  cloudProviderRegion: { kind: 'region' },
  cloudProviderOrgId: own('cloudProviderOrgId'),
  cloudContainerImageTags: own('cloudContainerImageTags'),
  cloudContainerRepositoryName: own('cloudContainerRepositoryName'),
  cloudContainerRegistryName: own('cloudContainerRegistryName'),
  cloudServerlessFunctionName: own('cloudServerlessFunctionName'),
  cloudServerlessFunctionRuntime: own('cloudServerlessFunctionRuntime'),
};

export const COVERAGE_RANGES: Readonly<Record<string, { readonly column: string; readonly cast: string; readonly only?: string }>> = {
  lastScannedAt: { column: 'r.scanned_at', cast: 'timestamptz' },
  imagePulledAt: { column: 'r.pulled_at', cast: 'timestamptz', only: image },
  ecrImageLastInUseAt: { column: 'r.last_in_use_at', cast: 'timestamptz', only: image },
  ecrImageInUseCount: { column: 'r.in_use_count', cast: 'float8', only: image },
};

/** Tag criteria hold for resources of their kind only; the ones without a kind here match nothing yet. */
export const COVERAGE_TAGS: Readonly<Record<string, number | undefined>> = {
  ec2InstanceTags: RESOURCE_KIND.AWS_EC2_INSTANCE,
  lambdaFunctionTags: RESOURCE_KIND.AWS_LAMBDA_FUNCTION,
  cloudVmInstanceTags: undefined,
  cloudServerlessFunctionTags: undefined,
};

/** Coverage statistics are grouped by these; the text is what the group is called. */
export const COVERAGE_GROUPS: Readonly<Record<string, string>> = {
  SCAN_STATUS_CODE: 'r.scan_status::text',
  SCAN_STATUS_REASON: 'r.scan_reason::text',
  ACCOUNT_ID: `lpad(r.account::text, 12, '0')`,
  RESOURCE_TYPE: 'r.kind::text',
  ECR_REPOSITORY_NAME: 'r.repository',
  PROVIDER: `'AWS'`,
  PROVIDER_ACCOUNT_ID: `lpad(r.account::text, 12, '0')`,
  PROVIDER_REGION: 'null',
  PROVIDER_ORG_ID: `r.detail->>'cloudProviderOrgId'`,
};
