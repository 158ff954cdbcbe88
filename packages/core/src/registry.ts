/** What a registry can and cannot tell us; shown to people as it is. */
export interface RegistryCapabilities {
  /** Whether repositories can be listed; else they are named by hand. */
  readonly repositories: boolean;
  /** Whether a listing names manifests without a tag; else they are known from events and from what runs. */
  readonly untagged: boolean;
  readonly pushEvents: boolean;
  /** Without times in a listing, pull dates come from these. */
  readonly pullEvents: boolean;
  /** Whether a listing says when an image was last pulled. */
  readonly pullTimes: boolean;
  readonly referrers: boolean;
}

/** CONTINUOUS: again whenever advisories change. SCAN_ON_PUSH: once. MANUAL: when somebody asks. */
export const SCAN_FREQUENCIES = ['CONTINUOUS_SCAN', 'SCAN_ON_PUSH', 'MANUAL'] as const;
export type ScanFrequency = (typeof SCAN_FREQUENCIES)[number];
/** Codes of `resource.frequency`; never reuse a number. */
export const FREQUENCY_CODES: Readonly<Record<ScanFrequency, number>> = { CONTINUOUS_SCAN: 1, SCAN_ON_PUSH: 2, MANUAL: 3 };

/** Something that a repository holds, as its registry tells it. */
export interface RegistryImage {
  /** Of index or manifest. Undefined when the registry names only the tag: whoever reads it resolves it. */
  readonly digest?: string;
  readonly tags: readonly string[];
  /** Milliseconds since the epoch. */
  readonly pushedAt?: number;
  /** By whomever; see {@link OWN_PULL_MS}. */
  readonly pulledAt?: number;
  readonly mediaType?: string;
  /** Kept, but it cannot be pulled until somebody restores it. */
  readonly archived?: true;
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

/**
 * Milliseconds. A pull that a registry tells without saying whose, and that is no later than this after our own reading, is ours, which moved the
 * same time: clocks differ, and registries write it after they have answered.
 */
export const OWN_PULL_MS = 5000;

/** Whether an event is our own reading. Registries that tell no user agent are asked with an account that is ours alone. */
export function isOwnPull({ action, userAgent, actor = '' }: RegistryEvent, username: string): boolean {
  if (action !== 'pull') return false;
  if (userAgent === undefined) return username !== '' && actor === username;
  return userAgent.startsWith('assay/') && (actor === '' || actor === username);
}

/** Codes of `manifest.kind`. */
export const MANIFEST_KIND = { INDEX: 1, IMAGE: 2, ARTIFACT: 3 } as const;
