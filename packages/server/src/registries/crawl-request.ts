/** The job that finds out what a registry holds. */
export const CRAWL = 'crawl';
export const CRAWL_LANE = 'crawl';

/** Payload of a `crawl` job. */
export interface Crawl {
  readonly registry: string;
  /** One only; else all of them. */
  readonly repository?: string;
  /** Digests of which the registry told that they were deleted: that they are missing is no surprise. */
  readonly gone?: readonly string[];
  /** An operator agrees that what is missing is gone. */
  readonly agreed?: boolean;
  /** Somebody wants to know how it is now: what was asked for within a day is asked for again. */
  readonly fresh?: boolean;
}
