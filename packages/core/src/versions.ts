import type { VersionSchemeId } from './package-type.ts';
import { apk } from './versions/apk.ts';
import { bitnami } from './versions/bitnami.ts';
import { composer } from './versions/composer.ts';
import { deb } from './versions/deb.ts';
import { gem } from './versions/gem.ts';
import { generic } from './versions/generic.ts';
import { go } from './versions/go.ts';
import { maven } from './versions/maven.ts';
import { nuget } from './versions/nuget.ts';
import { pep440 } from './versions/pep440.ts';
import { pub } from './versions/pub.ts';
import { rpm } from './versions/rpm.ts';
import type { VersionScheme } from './versions/scheme.ts';
import { semver } from './versions/semver.ts';

/** Every version scheme; a test compares this list with the folder. */
export const VERSION_SCHEMES = {
  apk,
  bitnami,
  composer,
  deb,
  gem,
  generic,
  go,
  maven,
  nuget,
  pep440,
  pub,
  rpm,
  semver,
} as const satisfies Record<VersionSchemeId, VersionScheme>;

/** Real versions are short; longer ones are parsed each time so that hostile text cannot fill the cache. */
const CACHED_LENGTH = 128;
const CACHED_VERSIONS = 50_000;
const UNPARSABLE = Symbol('unparsable');

const caches = new Map<VersionSchemeId, Map<string, unknown>>();

/**
 * The order of two versions: negative, 0 or positive. Undefined when one of them is no version of the scheme: the caller must record
 * a gap, "not affected" would be a guess.
 */
export function compareVersions(scheme: VersionSchemeId, a: string, b: string): number | undefined {
  const x = parsed(scheme, a);
  const y = parsed(scheme, b);
  return x === UNPARSABLE || y === UNPARSABLE ? undefined : (VERSION_SCHEMES[scheme] as VersionScheme).compare(x, y);
}

export function isVersion(scheme: VersionSchemeId, text: string): boolean {
  return parsed(scheme, text) !== UNPARSABLE;
}

function parsed(scheme: VersionSchemeId, text: string): unknown {
  let cache = caches.get(scheme);
  if (cache === undefined) {
    cache = new Map();
    caches.set(scheme, cache);
  }
  const known = cache.get(text);
  if (known !== undefined) return known;
  const value = (VERSION_SCHEMES[scheme] as VersionScheme).parse(text) ?? UNPARSABLE;
  if (text.length <= CACHED_LENGTH) {
    if (cache.size >= CACHED_VERSIONS) cache.clear();
    cache.set(text, value);
  }
  return value;
}
