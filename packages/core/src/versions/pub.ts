import type { VersionScheme } from './scheme.ts';
import { compareIdentifiers, compareSemver, parseSemver, type SemverVersion } from './semver.ts';

/** Semver, but build metadata counts: a version with it is above the one without (pub_semver). */
export const pub: VersionScheme<SemverVersion> = {
  id: 'pub',
  parse: parseSemver,
  compare(a, b) {
    return compareSemver(a, b) || compareBuild(a.build, b.build);
  },
};

function compareBuild(a: string, b: string): number {
  if (a === '' || b === '') return Number(a !== '') - Number(b !== '');
  const x = a.split('.');
  const y = b.split('.');
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const order = compareIdentifiers(x[i] as string, y[i] as string);
    if (order !== 0) return order;
  }
  return x.length - y.length;
}
