import type { VersionScheme } from './scheme.ts';
import { compareSemver, parseSemver, type SemverVersion } from './semver.ts';

/**
 * Module versions are semver (pseudo-versions sort as pre-releases by their time stamp; `+incompatible` and `+dirty` do not count).
 * Toolchain versions: `go1.21rc2` is 1.21.0-rc.2; what a vendor appends (`go1.20.12 X:strictfipsruntime`, `go1.22.5-fips`) does not count.
 */
export const go: VersionScheme<SemverVersion> = {
  id: 'go',
  parse(text) {
    const version = (text.trim().split(' ', 1)[0] as string).replace(/^go(?=[0-9])/, '');
    const toolchain = /^([0-9.]+?)(beta|rc)([0-9]+)/.exec(version);
    if (toolchain !== null) return parseSemver(`${toolchain[1]}-${toolchain[2]}.${toolchain[3]}`);
    return parseSemver(text.trimStart().startsWith('go') ? (version.split('-', 1)[0] as string) : version);
  },
  compare: compareSemver,
};
