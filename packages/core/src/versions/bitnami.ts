import type { VersionScheme } from './scheme.ts';
import { compareSemver, parseSemver, type SemverVersion } from './semver.ts';
import { compareDigits, isDigits } from './text.ts';

interface BitnamiVersion {
  readonly upstream: SemverVersion;
  readonly revision: string;
}

/** Semver of the packaged software, then Bitnami's own packaging revision: `16.1.0-4` is newer than `16.1.0`, not a pre-release of it. */
export const bitnami: VersionScheme<BitnamiVersion> = {
  id: 'bitnami',
  parse(text) {
    const version = parseSemver(text);
    if (version === undefined) return undefined;
    const last = version.pre.length === 1 && isDigits(version.pre[0] as string) ? (version.pre[0] as string) : undefined;
    return last === undefined ? { upstream: version, revision: '0' } : { upstream: { ...version, pre: [] }, revision: last };
  },
  compare(a, b) {
    return compareSemver(a.upstream, b.upstream) || compareDigits(a.revision, b.revision);
  },
};
