import type { Wire } from '@assay/wire/wire-json.ts';
import type * as sdk from '@aws-sdk/client-inspector2';

export type Finding = Wire<sdk.Finding>;
export type FilterCriteria = Wire<sdk.FilterCriteria>;
export type StringFilter = sdk.StringFilter;
export type NumberFilter = sdk.NumberFilter;
export type DateFilter = Wire<sdk.DateFilter>;
export type PackageFilter = sdk.PackageFilter;
export type MapFilter = sdk.MapFilter;
export type SortField = sdk.SortField;
export type SortCriteria = sdk.SortCriteria;
export type Severity = sdk.Severity;
export type Resource = Wire<sdk.Resource>;
export type VulnerablePackage = sdk.VulnerablePackage;
export type FindingDetail = Wire<sdk.FindingDetail>;
export type CoveredResource = Wire<sdk.CoveredResource>;
export type CoverageFilterCriteria = Wire<sdk.CoverageFilterCriteria>;
export type ScanStatusReason = sdk.ScanStatusReason;
export type TitleAggregation = sdk.TitleAggregation;

export interface ListFindingsInput {
  filterCriteria?: FilterCriteria;
  sortCriteria?: SortCriteria;
  /** 1 to 100. */
  maxResults?: number;
  nextToken?: string;
}
export interface ListFindingsOutput {
  findings?: Finding[];
  nextToken?: string;
}

/** The model counts three severities and the total; the rest is low, informational and untriaged together. */
export interface SeverityCounts {
  all?: number;
  critical?: number;
  high?: number;
  medium?: number;
}
export interface AccountCounts {
  accountId?: string;
  severityCounts?: SeverityCounts;
  exploitAvailableCount?: number;
  fixAvailableCount?: number;
}
export interface TitleCounts {
  title: string;
  vulnerabilityId?: string;
  accountId?: string;
  severityCounts?: SeverityCounts;
}
export interface ListTitlesInput {
  titleAggregation: TitleAggregation;
  maxResults?: number;
  nextToken?: string;
}

export interface ListCoverageInput {
  filterCriteria?: CoverageFilterCriteria;
  /** 1 to 200. */
  maxResults?: number;
  nextToken?: string;
}
export interface ListCoverageOutput {
  coveredResources?: CoveredResource[];
  nextToken?: string;
}
