import { detach, isPlainName, isPlainVersion } from '../../reading/text.ts';

export interface GoModule {
  readonly path: string;
  readonly version: string;
}

/**
 * Modules compiled into a program, from the text of its build information. A `=>` line replaces the module before it; a replacement by a
 * folder has no version, so its code is unknown and it is left out. The main module counts only with a version from its own tags:
 * `(devel)` and pseudo-versions of an untagged repository (`v0.0.0-…`) would look older than every fix.
 */
export function modulesOfBuildInfo(text: string, maxEntries: number): GoModule[] {
  const modules: (GoModule | null)[] = [];
  for (const line of text.split('\n')) {
    if (modules.length >= maxEntries) break;
    const [kind, path, version] = line.split('\t', 3);
    if (kind === 'mod') modules.push(moduleOf(path, isTagged(version) ? version : undefined));
    else if (kind === 'dep') modules.push(moduleOf(path, version));
    else if (kind === '=>' && modules.length > 0) modules[modules.length - 1] = moduleOf(path, version);
  }
  return modules.filter((each) => each !== null);
}

function isTagged(version: string | undefined): boolean {
  return version !== undefined && !/^v0\.0\.0(?:-|\+|$)/.test(version);
}

function moduleOf(path: string | undefined, version: string | undefined): GoModule | null {
  if (!isPlainName(path) || !isPlainVersion(version) || !/^v\d/.test(version)) return null;
  return { path: detach(path), version: detach(version) };
}

/**
 * Version of the standard library as a semantic version: `go1.21rc2` → `1.21.0-rc.2`, `go1.20.12 X:strictfipsruntime` → `1.20.12`,
 * `go1.21.9 (Red Hat 1.21.9-1.el9)` → `1.21.9`. Null for development builds, whose state has no version.
 */
export function standardLibraryVersion(goVersion: string): string | null {
  const parts = /^go(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?(?:(beta|rc)(\d{1,4}))?/.exec(goVersion);
  if (parts === null) return null;
  const [, major, minor, patch = '0', stage, number] = parts;
  return `${major}.${minor}.${patch}${stage === undefined ? '' : `-${stage}.${number}`}`;
}
