import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { useAnswer } from './use-answer.ts';

/** Open findings by severity. */
export type OpenFindings = Wire<assay.OpenFindingCounts>;
export const FREQUENCIES = ['CONTINUOUS_SCAN', 'SCAN_ON_PUSH', 'MANUAL'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

export type Repository = Wire<assay.RepositorySummary>;
export type PlatformImage = Wire<assay.PlatformImage>;
export type RepositoryImage = Wire<assay.RepositoryImage>;
/** A stretch of time in which a tag meant a digest; without an end it still does. */
export type TagSpan = Wire<assay.TagSpan>;

export interface RepositoryPlace {
  accountId?: string;
  registry: string;
  repository: string;
}
interface Paged {
  maxResults: number;
  nextToken?: string;
}

export function useRepositories(input: Paged & { registry?: string; repositoryPrefix?: string; inUse?: boolean }) {
  return useAnswer<{ repositories: Repository[]; nextToken?: string }>('assay', '/assay/repositories/list', input);
}
export function useRepositoryImages(input: RepositoryPlace & Paged & { inUse?: boolean; statusCode?: string; digest?: string }) {
  return useAnswer<{ images: RepositoryImage[]; nextToken?: string }>('assay', '/assay/repositories/images/list', input);
}
export function useTagHistory(input: RepositoryPlace & Paged) {
  return useAnswer<{ history: TagSpan[]; nextToken?: string }>('assay', '/assay/repositories/tags/history', input);
}
