import { compareVersions } from '@assay/core/versions.ts';
import type { Cataloger, ExtractContext, FileFacts, Found, WantedFile } from '../../cataloger.ts';
import { decodeText } from '../../reading/text.ts';
import { type GoMod, type ModuleVersion, parseGoMod, parseGoSum, parseVendorModules, type Replacement } from './lines.ts';

type GoModFact = { readonly mod: GoMod } | { readonly sum: readonly ModuleVersion[] } | { readonly vendor: readonly ModuleVersion[] };

const MIB = 1024 * 1024;

/**
 * Modules that a Go source tree needs, read from `go.mod`, `go.sum` and `vendor/modules.txt` (Go Modules Reference). Vendored modules are
 * what is built; else a `go` directive of 1.17 or newer means that go.mod lists every module; else go.sum is needed beside it.
 */
export const goMod: Cataloger<GoModFact> = {
  id: 'go-mod',
  title: 'Go modules',
  formats: ['go.mod, go.sum, vendor/modules.txt (Go Modules Reference)'],
  version: 1,
  wants: { basenames: ['go.mod', 'go.sum'], suffixes: ['/vendor/modules.txt'], maxBytes: 32 * MIB },
  extract: extractGoMod,
  assemble: assembleGoMod,
};

function* extractGoMod(file: WantedFile, ctx: ExtractContext): Iterable<GoModFact> {
  if (isInsideAnother(file.path)) return;
  const text = decodeText(file.bytes);
  if (file.path.endsWith('go.mod')) yield { mod: parseGoMod(text, ctx.maxEntries) };
  else if (file.path.endsWith('go.sum')) yield { sum: parseGoSum(text, ctx.maxEntries) };
  else yield { vendor: parseVendorModules(text, ctx.maxEntries) };
}

/** Modules in the module cache, in vendored trees and in test data are others' and state what they need for themselves. */
function isInsideAnother(path: string): boolean {
  const rooted = `/${path}`;
  return /\/(?:pkg\/mod|testdata)\//.test(rooted) || (rooted.includes('/vendor/') && !rooted.endsWith('/vendor/modules.txt'));
}

interface Tree {
  mod?: { readonly path: string; readonly facts: GoMod };
  sum?: { readonly path: string; readonly facts: readonly ModuleVersion[] };
  vendor?: { readonly path: string; readonly facts: readonly ModuleVersion[] };
}

function* assembleGoMod(files: readonly FileFacts<GoModFact>[]): Iterable<Found> {
  const trees = new Map<string, Tree>();
  for (const { path, facts } of files) {
    for (const fact of facts) {
      const ending = 'vendor' in fact ? 'vendor/modules.txt' : path.slice(path.lastIndexOf('/') + 1);
      const folder = path.slice(0, path.length - ending.length);
      const tree = trees.get(folder) ?? {};
      if ('mod' in fact) tree.mod = { path, facts: fact.mod };
      else if ('sum' in fact) tree.sum = { path, facts: fact.sum };
      else tree.vendor = { path, facts: fact.vendor };
      trees.set(folder, tree);
    }
  }
  for (const tree of trees.values()) {
    for (const [path, modules] of modulesOf(tree)) {
      for (const { path: name, version } of modules) {
        yield { package: { type: 'golang', name, version, paths: [path], packageManager: 'GOMOD', confidence: 'high' } };
      }
    }
  }
}

/** Modules of one tree by the file that proves them. A go.sum without go.mod says nothing about what is built. */
function modulesOf({ mod, sum, vendor }: Tree): [string, ModuleVersion[]][] {
  if (vendor !== undefined) return [[vendor.path, unique(vendor.facts)]];
  if (mod === undefined) return [];
  const { require, replace, exclude } = mod.facts;
  const excluded = new Set(exclude.map((each) => `${each.path}@${each.version}`));
  const required = applyReplacements(
    require.filter((each) => !excluded.has(`${each.path}@${each.version}`)),
    replace,
  );
  if (listsEverything(mod.facts.go) || sum === undefined) return [[mod.path, unique(required)]];
  const known = new Set(require.map((each) => each.path));
  const replacements = new Set(replace.flatMap((each) => [each.path, ...(each.with === undefined ? [] : [each.with.path])]));
  const indirect = newest(sum.facts.filter((each) => !known.has(each.path) && !replacements.has(each.path)));
  return [
    [mod.path, unique(required)],
    [sum.path, indirect],
  ];
}

/** Since Go 1.17, go.mod lists all modules that a build needs. */
function listsEverything(go: string | undefined): boolean {
  const parts = /^(\d{1,4})\.(\d{1,4})/.exec(go ?? '1.16');
  return parts !== null && (Number(parts[1]) > 1 || Number(parts[2]) >= 17);
}

function applyReplacements(modules: readonly ModuleVersion[], replace: readonly Replacement[]): ModuleVersion[] {
  const byVersion = new Map(replace.map((each) => [`${each.path}@${each.version ?? ''}`, each]));
  return modules.flatMap((each) => {
    const rule = byVersion.get(`${each.path}@${each.version}`) ?? byVersion.get(`${each.path}@`);
    if (rule === undefined) return [each];
    return rule.with === undefined ? [] : [rule.with];
  });
}

/** Minimal version selection takes the highest version that anything needs, so of several only that one can be built. */
function newest(modules: readonly ModuleVersion[]): ModuleVersion[] {
  const byPath = new Map<string, ModuleVersion>();
  for (const each of modules) {
    const other = byPath.get(each.path);
    if (other === undefined || (compareVersions('go', each.version, other.version) ?? 0) > 0) byPath.set(each.path, each);
  }
  return [...byPath.values()];
}

function unique(modules: readonly ModuleVersion[]): ModuleVersion[] {
  return [...new Map(modules.map((each) => [`${each.path}@${each.version}`, each])).values()];
}
