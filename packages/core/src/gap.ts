/**
 * A gap is a value: something that could not be looked at. "No findings" is only said of what was looked at.
 * `code` is stable and documented; `message` is one sentence for people.
 */
export type GapCode =
  | 'unreadable-package-database'
  | 'unsupported-package-database'
  | 'unparsable-file'
  | 'file-too-large'
  | 'unknown-distribution'
  | 'unsupported-distribution'
  | 'end-of-life-distribution'
  | 'no-package-database'
  | 'no-packages'
  | 'unparsable-version'
  | 'no-advisories-for-namespace'
  | 'unsupported-package'
  | 'unsupported-media-type'
  | 'unsupported-manifest'
  | 'unreadable-layer'
  | 'digest-mismatch'
  | 'truncated-input'
  | 'limit-reached'
  | 'cataloger-failed'
  | 'unreadable-path'
  | 'skipped-path'
  | 'stale-advisories'
  | 'not-an-image';

export interface Gap {
  readonly code: GapCode;
  readonly message: string;
  readonly path?: string;
  readonly layer?: string;
  readonly cataloger?: string;
  /** True when the whole answer is void (nothing was looked at); false for a part. */
  readonly fatal?: boolean;
}
