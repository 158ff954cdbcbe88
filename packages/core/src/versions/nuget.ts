import type { VersionScheme } from './scheme.ts';
import { compareSemver, parseSemver, type SemverVersion } from './semver.ts';

/** Four numeric parts, pre-release without regard to case, metadata does not count. */
export const nuget: VersionScheme<SemverVersion> = {
  id: 'nuget',
  parse: (text) => parseSemver(text.toLowerCase()),
  compare: compareSemver,
};
