import type { Distro } from '@assay/core/inventory.ts';
import type { Cataloger, FileFacts, FoundPackage, GapFact } from '@assay/scan/cataloger.ts';
import { isExecutable, selectsPath } from '@assay/scan/selection.ts';

export type Tree = Readonly<Record<string, string | Buffer>>;

export interface CatalogOptions {
  readonly distro?: Distro | null;
  readonly distros?: Readonly<Record<string, Distro>>;
  readonly maxEntries?: number;
}

export interface Catalogued {
  readonly packages: readonly FoundPackage[];
  readonly gaps: readonly { readonly code: string; readonly message: string; readonly path?: string }[];
}

/** Facts and gaps of one file, after a round trip through JSON as the sandboxed reader makes it. A throw becomes a gap, as there. */
export function extractFile<F>(cataloger: Cataloger<F>, path: string, tree: Tree, maxEntries = 1_000_000): (F | GapFact)[] {
  const basename = path.slice(path.lastIndexOf('/') + 1);
  const companions = new Map<string, Buffer>();
  for (const name of cataloger.wants.companions?.(basename) ?? []) {
    const sibling = tree[path.slice(0, path.length - basename.length) + name];
    if (sibling !== undefined) companions.set(name, Buffer.from(sibling));
  }
  try {
    const facts = [...cataloger.extract({ path, bytes: Buffer.from(tree[path]!), mode: 0o644, companions }, { maxEntries })];
    return JSON.parse(JSON.stringify(facts)) as (F | GapFact)[];
  } catch (error) {
    return [{ gap: { code: 'unparsable-file', message: String(error) } }];
  }
}

/** What one cataloger makes of a tree of files (path → content) that its selection picks: the reader without layers and sandbox. */
export function catalogFiles<F>(cataloger: Cataloger<F>, tree: Tree, options: CatalogOptions = {}): Catalogued {
  const gaps: { code: string; message: string; path?: string }[] = [];
  const packages: FoundPackage[] = [];
  const files: FileFacts<F>[] = [];
  for (const path of Object.keys(tree)) {
    const wanted =
      selectsPath(cataloger.wants, path) ||
      (cataloger.wants.magic === 'executable' && isExecutable(Buffer.from(tree[path]!).subarray(0, 8)));
    if (!wanted) continue;
    const facts: F[] = [];
    for (const fact of extractFile(cataloger, path, tree, options.maxEntries)) {
      if (isGap(fact)) gaps.push({ ...fact.gap, path });
      else facts.push(fact);
    }
    files.push({ path, facts });
  }
  if (cataloger.assemble === undefined) return { packages: files.flatMap((file) => file.facts as unknown as FoundPackage[]), gaps };
  const distro = options.distro ?? null;
  const distroOf = (root: string): Distro | null => options.distros?.[root] ?? null;
  for (const found of cataloger.assemble(files, { distro, distroOf, exists: (path) => path in tree })) {
    if ('gap' in found) gaps.push(found.gap);
    else packages.push(found.package);
  }
  return { packages, gaps };
}

export function packagesOf<F>(cataloger: Cataloger<F>, tree: Tree, options: CatalogOptions = {}): readonly FoundPackage[] {
  return catalogFiles(cataloger, tree, options).packages;
}

export function isGap(fact: unknown): fact is GapFact {
  return typeof fact === 'object' && fact !== null && 'gap' in fact;
}
