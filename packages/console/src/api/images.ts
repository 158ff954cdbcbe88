import { useAnswer } from './use-answer.ts';

/** Open findings by severity. */
export interface OpenFindings {
  critical: number;
  high: number;
  medium: number;
  all: number;
}
export const FREQUENCIES = ['CONTINUOUS_SCAN', 'SCAN_ON_PUSH', 'MANUAL'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

export interface Repository {
  accountId: string;
  /** Host. */
  registry: string;
  repository: string;
  /** Absent where somebody submitted its images: no registry that lists it is watched. */
  repositoryArn?: string;
  scanFrequency?: Frequency;
  images: number;
  imagesInUse: number;
  /** Pods, tasks and containers. */
  inUseCount: number;
  lastPushedAt?: number;
  lastInUseAt?: number;
  findings: OpenFindings;
}
export interface PlatformImage {
  resourceArn: string;
  digest: string;
  platform: string;
  statusCode: string;
  reason: string;
  inUseCount: number;
  lastInUseAt?: number;
  findings: OpenFindings;
}
export interface RepositoryImage {
  digest: string;
  tags: string[];
  /** Absent while nobody has read it. */
  kind?: 'INDEX' | 'IMAGE' | 'ARTIFACT';
  artifactType?: string;
  pushedAt?: number;
  pulledAt?: number;
  firstSeenAt?: number;
  deletedAt?: number;
  error?: string;
  /** Tags that meant it until they moved on, the last first, and what they mean now. */
  movedTags: { tag: string; movedAt: number; digest: string }[];
  platforms: PlatformImage[];
}
/** A stretch of time in which a tag meant a digest; without an end it still does. */
export interface TagSpan {
  tag: string;
  digest: string;
  since: number;
  until?: number;
}

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
