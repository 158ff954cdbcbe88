/** Codes of finding columns (smallint in SQL) and their names on the wire. */
export const FINDING_STATUS = { ACTIVE: 1, SUPPRESSED: 2, CLOSED: 3 } as const;
export type FindingStatus = keyof typeof FINDING_STATUS;
export const FINDING_KIND = { NETWORK_REACHABILITY: 1, PACKAGE_VULNERABILITY: 2, CODE_VULNERABILITY: 3 } as const;
export type FindingKind = keyof typeof FINDING_KIND;
export const FIX_AVAILABLE = { NO: 0, PARTIAL: 1, YES: 2 } as const;
export type FixAvailable = keyof typeof FIX_AVAILABLE;
export const RESOURCE_KIND = {
  AWS_EC2_INSTANCE: 1,
  AWS_ECR_CONTAINER_IMAGE: 2,
  AWS_ECR_REPOSITORY: 3,
  AWS_LAMBDA_FUNCTION: 4,
  CODE_REPOSITORY: 5,
  'Microsoft.Compute/virtualMachines': 6,
  'Microsoft.ContainerRegistry/registry/containerImage': 7,
  'Microsoft.Web/sites': 8,
} as const;
export type ResourceKind = keyof typeof RESOURCE_KIND;
