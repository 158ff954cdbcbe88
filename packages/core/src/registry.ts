/** What a registry can and cannot tell; shown to people as it is. */
export interface RegistryCapabilities {
  /** Whether repositories can be listed; else they are named by hand. */
  readonly repositories: boolean;
  readonly untagged: boolean;
  readonly pushEvents: boolean;
  readonly pullTimes: boolean;
  readonly referrers: boolean;
}

/** CONTINUOUS: again whenever advisories change. SCAN_ON_PUSH: once. MANUAL: when somebody asks. */
export const SCAN_FREQUENCIES = ['CONTINUOUS_SCAN', 'SCAN_ON_PUSH', 'MANUAL'] as const;
export type ScanFrequency = (typeof SCAN_FREQUENCIES)[number];

/** Something that a repository holds, as its registry tells it. */
export interface RegistryImage {
  /** Of index or manifest. Undefined when the registry names only the tag: whoever reads it resolves it. */
  readonly digest?: string;
  readonly tags: readonly string[];
  /** Milliseconds since the epoch. */
  readonly pushedAt?: number;
  /** Not by us. */
  readonly pulledAt?: number;
  readonly mediaType?: string;
}

/** What a registry told by itself. A hint: the crawl is the truth. */
export interface RegistryEvent {
  readonly action: 'push' | 'pull' | 'delete';
  readonly repository: string;
  readonly digest?: string;
  readonly tag?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Who did it, to tell our own pulls from others'. */
  readonly userAgent?: string;
  readonly actor?: string;
}
