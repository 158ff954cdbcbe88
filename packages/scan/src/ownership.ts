import type { OwnerClass } from '@assay/core/package.ts';
import { packageType } from '@assay/core/package-type.ts';
import type { FoundPackage } from './cataloger.ts';
import { type FileTree, parentOf } from './layers/file-tree.ts';

export interface Owner {
  readonly label: string;
  readonly ownerClass: OwnerClass;
}

/**
 * Which OS package installed a file. Lists of files name paths as packaged (`/lib/python3/…`), evidence as found
 * (`usr/lib/python3/…`), so both are compared without the links above them; a claim by the literal path goes before one through a link.
 */
export function buildOwnership(packages: readonly FoundPackage[], tree: FileTree): (found: FoundPackage) => Owner | undefined {
  const interesting = new Map<string, string>();
  for (const found of packages) {
    if (packageType(found.type).os) continue;
    for (const path of found.paths) interesting.set(tree.resolve(path)?.path ?? path, path);
  }
  const direct = new Map<string, Owner>();
  const through = new Map<string, Owner>();
  if (interesting.size > 0) claim(packages, tree, { interesting, direct, through });
  return (found) => {
    if (packageType(found.type).os) return undefined;
    for (const path of found.paths) {
      const real = tree.resolve(path)?.path ?? path;
      const owner = direct.get(path) ?? direct.get(real) ?? through.get(real);
      if (owner !== undefined) return owner;
    }
    return undefined;
  };
}

interface Claims {
  readonly interesting: ReadonlyMap<string, string>;
  readonly direct: Map<string, Owner>;
  readonly through: Map<string, Owner>;
}

function claim(packages: readonly FoundPackage[], tree: FileTree, { interesting, direct, through }: Claims): void {
  const names = new Set([...interesting.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1)));
  const realFolders = new Map<string, string>();
  for (const found of packages) {
    if (!packageType(found.type).os || found.owns === undefined) continue;
    const owner: Owner = { label: `${found.name} ${found.version}`, ownerClass: found.ownerClass ?? 'other' };
    for (const path of found.owns) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (!names.has(name)) continue;
      if (interesting.has(path)) {
        direct.set(path, owner);
        continue;
      }
      const folder = parentOf(path);
      let real = realFolders.get(folder);
      if (real === undefined) {
        real = tree.resolve(folder)?.path ?? folder;
        realFolders.set(folder, real);
      }
      const full = real === '' ? name : `${real}/${name}`;
      if (interesting.has(full) && !through.has(full)) through.set(full, owner);
    }
  }
}
