import { isObject, type JsonObject } from '@assay/core/json.ts';
import type { Cataloger, FoundPackage, WantedFile } from '../../cataloger.ts';
import { member, parseJsonObject, textMember } from '../../reading/json.ts';
import { detach, isPlainName, isPlainVersion } from '../../reading/text.ts';
import { type InstalledPath, isInstalledPath, parseInstalledPath } from './path.ts';

/**
 * npm packages as they lie in `node_modules` (npm, yarn's node-modules linker, pnpm). Format: npm's package.json documentation. A
 * `package.json` counts only where an installer puts one: others are fixtures and templates inside packages.
 */
export const npm: Cataloger<FoundPackage> = {
  id: 'npm',
  title: 'npm packages',
  formats: ['node_modules/**/package.json (npm package.json)'],
  version: 1,
  wants: { within: [{ folder: '/node_modules/', suffix: '/package.json' }], maxBytes: 8 * 1024 * 1024 },
  extract: extractNpm,
};

function* extractNpm(file: WantedFile): Iterable<FoundPackage> {
  if (!isInstalledPath(file.path)) return;
  const place = parseInstalledPath(file.path);
  if (place === null) return;
  const manifest = parseJsonObject(file.bytes);
  const found = readManifest(manifest, { path: file.path, place });
  if (found !== null) yield found;
}

function readManifest(manifest: JsonObject, { path, place }: { path: string; place: InstalledPath }): FoundPackage | null {
  const name = textMember(manifest, 'name');
  const version = member(manifest, 'version');
  if (!isPlainName(name) || !isPlainVersion(version) || isNoRegistryPackage(manifest)) return null;
  const licenses = licensesOf(manifest);
  return {
    type: 'npm',
    name: detach(name),
    version: detach(version.trim()),
    ...(licenses.length === 0 ? {} : { licenses }),
    paths: [path],
    packageManager: 'NODEPKG',
    // A folder of another name is an alias install or a copy that somebody made; a broken chain of folders is a bundle or a fixture.
    confidence: place.regular && place.name === name ? 'high' : 'low',
  };
}

/** npm refuses to publish `private` packages; editor extensions and Unity packages use the same file for something else. */
function isNoRegistryPackage(manifest: JsonObject): boolean {
  const engines = member(manifest, 'engines');
  return (
    member(manifest, 'private') === true ||
    (isObject(engines) && Object.hasOwn(engines, 'vscode')) ||
    (Object.hasOwn(manifest, 'contributes') && Object.hasOwn(manifest, 'publisher')) ||
    typeof member(manifest, 'unity') === 'string'
  );
}

/** `license` is an SPDX expression today; objects with `type` and lists of either are found in old packages. */
function licensesOf(manifest: JsonObject): string[] {
  const raw = member(manifest, 'license') ?? member(manifest, 'licenses');
  const list: readonly unknown[] = Array.isArray(raw) ? raw.slice(0, 16) : [raw];
  return list
    .map((each) => (isObject(each) ? member(each, 'type') : each))
    .filter(isPlainName)
    .map((text) => detach(text));
}
