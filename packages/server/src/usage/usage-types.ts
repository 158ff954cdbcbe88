import { RESOURCE_KIND, type ResourceKind } from '@assay/core/finding.ts';

/** `usage.type`; names are Inspector's. Never reuse a number. */
export const USAGE_TYPES = {
  ECR_INITIAL_SCAN: 1,
  ECR_RESCAN: 2,
  EC2_INSTANCE_HOURS: 3,
  LAMBDA_FUNCTION_HOURS: 4,
  CODE_REPOSITORY_SCA: 5,
  AZURE_CONTAINER_IMAGE_INITIAL_SCAN: 6,
  AZURE_CONTAINER_IMAGE_RESCAN: 7,
  AZURE_VM_AGENT_BASED_INSTANCE_HOURS: 8,
  AZURE_SERVERLESS_FUNCTION_HOURS: 9,
} as const;
export type UsageType = keyof typeof USAGE_TYPES;

/** What a look at a resource counts as; nothing for what is counted by the hour. */
export function scanUsage(kind: ResourceKind, first: boolean): UsageType | undefined {
  switch (kind) {
    case 'AWS_ECR_CONTAINER_IMAGE':
      return first ? 'ECR_INITIAL_SCAN' : 'ECR_RESCAN';
    case 'Microsoft.ContainerRegistry/registry/containerImage':
      return first ? 'AZURE_CONTAINER_IMAGE_INITIAL_SCAN' : 'AZURE_CONTAINER_IMAGE_RESCAN';
    case 'CODE_REPOSITORY':
      return 'CODE_REPOSITORY_SCA';
    default:
      return undefined;
  }
}

/** Resources that count for each hour in which they are covered. */
export const HOURLY: readonly { readonly kind: number; readonly type: number }[] = [
  { kind: RESOURCE_KIND.AWS_EC2_INSTANCE, type: USAGE_TYPES.EC2_INSTANCE_HOURS },
  { kind: RESOURCE_KIND.AWS_LAMBDA_FUNCTION, type: USAGE_TYPES.LAMBDA_FUNCTION_HOURS },
  { kind: RESOURCE_KIND['Microsoft.Compute/virtualMachines'], type: USAGE_TYPES.AZURE_VM_AGENT_BASED_INSTANCE_HOURS },
  { kind: RESOURCE_KIND['Microsoft.Web/sites'], type: USAGE_TYPES.AZURE_SERVERLESS_FUNCTION_HOURS },
];
