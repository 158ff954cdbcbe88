import type { FilterCriteria } from '../../api/types.ts';
import type { MessageKey } from '../../i18n/en.ts';

/** How a filter property becomes part of FilterCriteria. */
export type FieldKind = 'string' | 'choice' | 'number' | 'date' | 'package' | 'tag';

export interface FilterField {
  /** In the address bar; the name of the criteria member except for the parts of `vulnerablePackages`. */
  readonly key: string;
  readonly label: MessageKey;
  readonly kind: FieldKind;
  readonly criteria: keyof FilterCriteria;
  /** `choice`: the values the API allows. */
  readonly values?: readonly string[];
  /** `package`: member of PackageFilter. */
  readonly part?: 'name' | 'version' | 'filePath';
  /** Can also narrow the list that is grouped by vulnerability (TitleAggregation). */
  readonly groups?: boolean;
}

export const SEVERITY_ORDER = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNTRIAGED'] as const;
export const RESOURCE_TYPES = ['AWS_ECR_CONTAINER_IMAGE', 'AWS_EC2_INSTANCE', 'AWS_LAMBDA_FUNCTION', 'CODE_REPOSITORY'] as const;
export const FINDING_TYPES = ['PACKAGE_VULNERABILITY', 'NETWORK_REACHABILITY', 'CODE_VULNERABILITY'] as const;
export const STATUSES = ['ACTIVE', 'SUPPRESSED', 'CLOSED'] as const;

export const FILTER_FIELDS: readonly FilterField[] = [
  { key: 'severity', label: 'field.severity', kind: 'choice', criteria: 'severity', values: SEVERITY_ORDER },
  { key: 'vulnerabilityId', label: 'field.vulnerabilityId', kind: 'string', criteria: 'vulnerabilityId', groups: true },
  { key: 'title', label: 'field.title', kind: 'string', criteria: 'title', groups: true },
  { key: 'packageName', label: 'field.packageName', kind: 'package', criteria: 'vulnerablePackages', part: 'name' },
  { key: 'packageVersion', label: 'field.packageVersion', kind: 'package', criteria: 'vulnerablePackages', part: 'version' },
  { key: 'packagePath', label: 'field.packagePath', kind: 'package', criteria: 'vulnerablePackages', part: 'filePath' },
  { key: 'resourceType', label: 'field.resourceType', kind: 'choice', criteria: 'resourceType', values: RESOURCE_TYPES, groups: true },
  { key: 'resourceId', label: 'field.resourceId', kind: 'string', criteria: 'resourceId' },
  { key: 'resourceTags', label: 'field.resourceTags', kind: 'tag', criteria: 'resourceTags' },
  { key: 'ecrImageRepositoryName', label: 'field.repository', kind: 'string', criteria: 'ecrImageRepositoryName' },
  { key: 'ecrImageTags', label: 'field.imageTag', kind: 'string', criteria: 'ecrImageTags' },
  { key: 'ecrImageRegistry', label: 'field.registry', kind: 'string', criteria: 'ecrImageRegistry' },
  { key: 'ecrImageHash', label: 'field.imageDigest', kind: 'string', criteria: 'ecrImageHash' },
  { key: 'ecrImageArchitecture', label: 'field.architecture', kind: 'string', criteria: 'ecrImageArchitecture' },
  { key: 'ecrImageInUseCount', label: 'field.inUseCount', kind: 'number', criteria: 'ecrImageInUseCount' },
  { key: 'ecrImageLastInUseAt', label: 'field.lastInUse', kind: 'date', criteria: 'ecrImageLastInUseAt' },
  { key: 'ecrImagePushedAt', label: 'field.pushedAt', kind: 'date', criteria: 'ecrImagePushedAt' },
  { key: 'codeRepositoryProjectName', label: 'field.project', kind: 'string', criteria: 'codeRepositoryProjectName' },
  { key: 'lambdaFunctionName', label: 'field.function', kind: 'string', criteria: 'lambdaFunctionName' },
  { key: 'fixAvailable', label: 'field.fixAvailable', kind: 'choice', criteria: 'fixAvailable', values: ['YES', 'PARTIAL', 'NO'] },
  { key: 'exploitAvailable', label: 'field.exploitAvailable', kind: 'choice', criteria: 'exploitAvailable', values: ['YES', 'NO'] },
  { key: 'epssScore', label: 'field.epss', kind: 'number', criteria: 'epssScore' },
  { key: 'inspectorScore', label: 'field.score', kind: 'number', criteria: 'inspectorScore' },
  { key: 'vendorSeverity', label: 'field.vendorSeverity', kind: 'string', criteria: 'vendorSeverity' },
  { key: 'vulnerabilitySource', label: 'field.source', kind: 'string', criteria: 'vulnerabilitySource' },
  { key: 'relatedVulnerabilities', label: 'field.related', kind: 'string', criteria: 'relatedVulnerabilities' },
  { key: 'firstObservedAt', label: 'field.firstObserved', kind: 'date', criteria: 'firstObservedAt' },
  { key: 'lastObservedAt', label: 'field.lastObserved', kind: 'date', criteria: 'lastObservedAt' },
  { key: 'updatedAt', label: 'field.updated', kind: 'date', criteria: 'updatedAt' },
  { key: 'findingType', label: 'field.findingType', kind: 'choice', criteria: 'findingType', values: FINDING_TYPES, groups: true },
  { key: 'networkProtocol', label: 'field.protocol', kind: 'string', criteria: 'networkProtocol' },
  { key: 'componentType', label: 'field.componentType', kind: 'string', criteria: 'componentType' },
  { key: 'awsAccountId', label: 'field.account', kind: 'string', criteria: 'awsAccountId' },
  { key: 'findingArn', label: 'field.findingArn', kind: 'string', criteria: 'findingArn' },
];

const byKey: ReadonlyMap<string, FilterField> = new Map(FILTER_FIELDS.map((field) => [field.key, field]));
export function filterField(key: string): FilterField | undefined {
  return byKey.get(key);
}
