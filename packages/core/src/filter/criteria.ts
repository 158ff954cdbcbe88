/**
 * Finding filter criteria and their meaning, pure. SQL has a second implementation (`server/src/findings/list/`); a property
 * test holds the two equal. Shapes are Inspector's `FilterCriteria`, with dates already in milliseconds.
 *
 * Meaning: fields are AND-ed. Within a string field EQUALS and PREFIX are alternatives and every NOT_EQUALS must hold.
 * A field with several values (tags, related vulnerabilities) equals a value when any of them does. An absent value equals
 * nothing, so NOT_EQUALS holds for it. Ranges are inclusive; an absent value is in no range. Comparison is by code unit.
 */
export interface StringFilter {
  readonly comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
  readonly value: string;
}
/** Milliseconds since the epoch. */
export interface DateFilter {
  readonly startInclusive?: number;
  readonly endInclusive?: number;
}
export interface NumberFilter {
  readonly lowerInclusive?: number;
  readonly upperInclusive?: number;
}
export interface MapFilter {
  readonly comparison: 'EQUALS';
  readonly key: string;
  readonly value?: string;
}
export interface PortRangeFilter {
  readonly beginInclusive?: number;
  readonly endInclusive?: number;
}
export interface PackageFilter {
  readonly name?: StringFilter;
  readonly version?: StringFilter;
  readonly epoch?: NumberFilter;
  readonly release?: StringFilter;
  readonly architecture?: StringFilter;
  readonly sourceLayerHash?: StringFilter;
  readonly sourceLambdaLayerArn?: StringFilter;
  readonly filePath?: StringFilter;
}

/** Strings of several values are arrays; absent is undefined. Enumerations are their wire names. */
export interface FindingFacts {
  readonly strings: Readonly<Partial<Record<StringField, string | readonly string[]>>>;
  readonly dates: Readonly<Partial<Record<DateField, number>>>;
  readonly numbers: Readonly<Partial<Record<NumberField, number>>>;
  readonly resourceTags: ReadonlyMap<string, string>;
  readonly portRange?: { readonly begin: number; readonly end: number };
  readonly packages: readonly PackageFacts[];
}
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly epoch: number;
  readonly release?: string;
  readonly architecture?: string;
  readonly filePath?: string;
  readonly sourceLayerHash?: string;
  readonly sourceLambdaLayerArn?: string;
}

export const STRING_FIELDS = [
  'findingArn',
  'awsAccountId',
  'findingType',
  'severity',
  'findingStatus',
  'title',
  'resourceType',
  'resourceId',
  'ec2InstanceImageId',
  'ec2InstanceVpcId',
  'ec2InstanceSubnetId',
  'ecrImageArchitecture',
  'ecrImageRegistry',
  'ecrImageRepositoryName',
  'ecrImageTags',
  'ecrImageHash',
  'networkProtocol',
  'componentId',
  'componentType',
  'vulnerabilityId',
  'vulnerabilitySource',
  'vendorSeverity',
  'relatedVulnerabilities',
  'fixAvailable',
  'lambdaFunctionName',
  'lambdaFunctionLayers',
  'lambdaFunctionRuntime',
  'lambdaFunctionExecutionRoleArn',
  'exploitAvailable',
  'codeVulnerabilityDetectorName',
  'codeVulnerabilityDetectorTags',
  'codeVulnerabilityFilePath',
  'codeRepositoryProjectName',
  'codeRepositoryProviderType',
  'cloudProvider',
  'cloudProviderRegion',
  'cloudProviderAccountId',
  'cloudProviderOrgId',
  'cloudVmImageReference',
  'cloudVmNetworkId',
  'cloudVmSubnetIds',
  'cloudImageRepositoryName',
  'cloudImageRegistry',
  'cloudImageDigest',
  'cloudImageTags',
  'cloudImageArchitecture',
  'cloudServerlessFunctionName',
  'cloudServerlessFunctionRuntime',
  'cloudServerlessFunctionExecutionRole',
] as const;
export const DATE_FIELDS = [
  'firstObservedAt',
  'lastObservedAt',
  'updatedAt',
  'ecrImagePushedAt',
  'ecrImageLastInUseAt',
  'lambdaFunctionLastModifiedAt',
  'cloudImagePushedAt',
  'cloudImageLastInUseAt',
  'cloudServerlessFunctionLastModifiedAt',
] as const;
export const NUMBER_FIELDS = ['inspectorScore', 'epssScore', 'ecrImageInUseCount', 'cloudImageInUseCount'] as const;
export type StringField = (typeof STRING_FIELDS)[number];
export type DateField = (typeof DATE_FIELDS)[number];
export type NumberField = (typeof NUMBER_FIELDS)[number];

export type FindingCriteria = Readonly<
  Partial<Record<StringField, readonly StringFilter[]>> &
    Partial<Record<DateField, readonly DateFilter[]>> &
    Partial<Record<NumberField, readonly NumberFilter[]>> & {
      resourceTags?: readonly MapFilter[];
      portRange?: readonly PortRangeFilter[];
      vulnerablePackages?: readonly PackageFilter[];
    }
>;
