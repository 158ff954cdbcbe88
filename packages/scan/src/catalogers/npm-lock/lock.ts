import { isObject, type JsonObject } from '@assay/core/json.ts';
import { member, textMember } from '../../reading/json.ts';
import { detach, isPlainName, isPlainVersion } from '../../reading/text.ts';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Every occurrence is a development dependency. */
  readonly dev: boolean;
  /** False for packages that come from a repository or a folder: their version names another code than the registry's. */
  readonly sure: boolean;
}

export interface LockResult {
  readonly packages: readonly LockedPackage[];
  readonly truncated: boolean;
  /** Whether the file has the shape of a lockfile at all. */
  readonly recognised: boolean;
}

const MARK = 'node_modules/';
const MAX_DEPTH = 1000;

/** Packages of a lockfile, each name and version once. Versions 2 and 3 list them by path, version 1 nests them. */
export function readLock(lock: JsonObject, maxEntries: number): LockResult {
  const found = new Collected(maxEntries);
  const packages = member(lock, 'packages');
  if (isObject(packages)) {
    for (const [path, entry] of Object.entries(packages)) {
      if (isObject(entry) && !readByPath(path, entry, found)) break;
    }
    return { packages: found.list(), truncated: found.full, recognised: true };
  }
  const dependencies = member(lock, 'dependencies');
  const complete = isObject(dependencies) ? readNested(dependencies, found) : true;
  const recognised = isObject(dependencies) || member(lock, 'lockfileVersion') !== undefined;
  return { packages: found.list(), truncated: found.full || !complete, recognised };
}

/** One entry of `packages`: the key is the path below the project; workspaces (no `node_modules/`) and links are no dependencies. */
function readByPath(path: string, entry: JsonObject, found: Collected): boolean {
  const at = path.lastIndexOf(MARK);
  if (at < 0 || member(entry, 'link') === true) return true;
  // An alias install keeps the real name beside the path.
  const name = textMember(entry, 'name') ?? path.slice(at + MARK.length);
  const resolved = textMember(entry, 'resolved') ?? '';
  return found.add(name, member(entry, 'version'), { dev: member(entry, 'dev') === true, sure: isFromRegistry(resolved) });
}

function readNested(top: JsonObject, found: Collected): boolean {
  const pending: { readonly level: JsonObject; readonly depth: number }[] = [{ level: top, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.depth > MAX_DEPTH) return false;
    for (const [name, entry] of Object.entries(next.level)) {
      if (!isObject(entry)) continue;
      const dev = member(entry, 'dev') === true;
      if (!readByName(name, entry, { dev, found })) return true;
      const below = member(entry, 'dependencies');
      if (isObject(below)) pending.push({ level: below, depth: next.depth + 1 });
    }
  }
  return true;
}

function readByName(name: string, entry: JsonObject, { dev, found }: { dev: boolean; found: Collected }): boolean {
  const version = textMember(entry, 'version') ?? '';
  const sure = isFromRegistry(textMember(entry, 'resolved') ?? '');
  if (!version.startsWith('npm:')) return found.add(name, version, { dev, sure });
  const alias = version.slice('npm:'.length);
  const at = alias.lastIndexOf('@');
  return at > 0 ? found.add(alias.slice(0, at), alias.slice(at + 1), { dev, sure }) : true;
}

function isFromRegistry(resolved: string): boolean {
  return resolved === '' || /^https?:/.test(resolved);
}

/** A version as the registry knows it; `file:`, `git+ssh:` and tarball addresses are none. */
const REGISTRY_VERSION = /^\d{1,16}\.\d{1,16}\.\d{1,16}(?:[-+][\w.+-]{1,200})?$/;

class Collected {
  readonly #max: number;
  readonly #byKey = new Map<string, LockedPackage>();
  full = false;
  constructor(max: number) {
    this.#max = max;
  }
  /** False when no more packages may be added. */
  add(name: string, version: unknown, { dev, sure }: { dev: boolean; sure: boolean }): boolean {
    if (!isPlainName(name) || !isPlainVersion(version) || !REGISTRY_VERSION.test(version)) return true;
    const key = `${name}\0${version}`;
    const known = this.#byKey.get(key);
    if (known === undefined && this.#byKey.size >= this.#max) {
      this.full = true;
      return false;
    }
    const both = { dev: dev && (known?.dev ?? true), sure: sure || (known?.sure ?? false) };
    this.#byKey.set(key, known === undefined ? { name: detach(name), version: detach(version), ...both } : { ...known, ...both });
    return true;
  }
  list(): LockedPackage[] {
    return [...this.#byKey.values()];
  }
}
