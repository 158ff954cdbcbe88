import type { Cataloger, FileFacts, FoundPackage } from '@assay/scan/cataloger.ts';
import { isExecutable, selectsPath } from '@assay/scan/selection.ts';
import { describe, expect, it } from 'vitest';
import { catalogFiles, isGap, type Tree } from './catalog-files.ts';
import { malformedVariants } from './malformed.ts';

export interface CatalogerCase<F> {
  readonly cataloger: Cataloger<F>;
  /** `import.meta.url` of the test, which lies in the cataloger's folder. */
  readonly url: string;
  /** Small valid files, companions included; every one of them is read, cut and bent. */
  readonly fixtures: Readonly<Record<string, Tree>>;
}

const MAX_ENTRIES = 10_000;
/** No reader gives back much more than it was given: what is larger was invented by a loop. */
const MAX_GROWTH = 64;
const SMALL = 64 * 1024;

/** What every cataloger must hold to, whatever it reads. Call it once in a `conformance.test.ts` beside the cataloger. */
export function describeCataloger<F>({ cataloger, url, fixtures }: CatalogerCase<F>): void {
  describe(`cataloger ${cataloger.id}`, () => {
    it('is named like its folder and says what it reads', () => {
      expect(new URL('.', url).pathname.split('/').at(-2)).toBe(cataloger.id);
      expect(Number.isSafeInteger(cataloger.version) && cataloger.version > 0).toBe(true);
      expect(cataloger.title).toMatch(/\S/);
      expect(cataloger.formats?.length).toBeGreaterThan(0);
      expect(cataloger.wants.maxBytes).toBeGreaterThan(0);
    });
    describe.each(Object.entries(fixtures))('%s', (_name, tree) => {
      it('has every file selected, or taken along as a companion', () => {
        for (const path of Object.keys(tree)) expect(isWanted(cataloger, tree, path) || isCompanion(cataloger, tree, path)).toBe(true);
      });
      it('yields packages, the same ones on every run and in every order of files', () => {
        const first = catalogFiles(cataloger, tree);
        expect(first.packages.length).toBeGreaterThan(0);
        expect(catalogFiles(cataloger, tree)).toEqual(first);
        const reversed = Object.fromEntries(Object.entries(tree).reverse());
        expect(sorted(catalogFiles(cataloger, reversed).packages)).toEqual(sorted(first.packages));
        for (const found of first.packages) expectUsable(found, tree);
      });
      it('yields facts that survive JSON and the reuse of the buffer they came from', () => {
        for (const path of wantedPaths(cataloger, tree)) {
          const bytes = Buffer.from(tree[path]!);
          const facts = rawFacts(cataloger, { ...tree, [path]: bytes }, path);
          const text = JSON.stringify(facts);
          expect(JSON.parse(text)).toEqual(facts);
          bytes.fill(0x41);
          expect(JSON.stringify(facts)).toBe(text);
        }
      });
      it('survives damage: only facts, gaps and plain errors, bounded', { timeout: 120_000 }, () => {
        for (const path of Object.keys(tree)) {
          for (const variant of malformedVariants(Buffer.from(tree[path]!))) expectCivil(cataloger, { ...tree, [path]: variant }, variant);
        }
      });
    });
  });
}

function wantedPaths<F>(cataloger: Cataloger<F>, tree: Tree): string[] {
  return Object.keys(tree).filter((path) => isWanted(cataloger, tree, path));
}

function isWanted<F>({ wants }: Cataloger<F>, tree: Tree, path: string): boolean {
  return selectsPath(wants, path) || (wants.magic === 'executable' && isExecutable(Buffer.from(tree[path]!).subarray(0, 8)));
}

function isCompanion<F>({ wants }: Cataloger<F>, tree: Tree, path: string): boolean {
  const slash = path.lastIndexOf('/') + 1;
  const siblings = Object.keys(tree).filter((other) => other.lastIndexOf('/') + 1 === slash && other.startsWith(path.slice(0, slash)));
  return siblings.some((other) => wants.companions?.(other.slice(slash)).includes(path.slice(slash)) ?? false);
}

/** Facts as `extract` gives them, before any round trip. */
function rawFacts<F>(cataloger: Cataloger<F>, tree: Tree, path: string): unknown[] {
  const slash = path.lastIndexOf('/') + 1;
  const names = cataloger.wants.companions?.(path.slice(slash)) ?? [];
  const companions = new Map(
    names.flatMap((name) => {
      const bytes = tree[path.slice(0, slash) + name];
      return bytes === undefined ? [] : [[name, Buffer.from(bytes)] as const];
    }),
  );
  const bytes = tree[path]!;
  return [
    ...cataloger.extract(
      { path, bytes: Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes), mode: 0o755, companions },
      { maxEntries: MAX_ENTRIES },
    ),
  ];
}

function expectUsable(found: FoundPackage, tree: Tree): void {
  expect(found.name).toMatch(/^[^\u0000-\u001f]{1,512}$/);
  expect(found.version).toMatch(/^[^\u0000-\u001f]{1,256}$/);
  expect(found.paths.length).toBeGreaterThan(0);
  for (const path of found.paths) expect(path in tree).toBe(true);
  for (const path of found.owns ?? []) expect(path.startsWith('/')).toBe(false);
}

function expectCivil<F>(cataloger: Cataloger<F>, tree: Tree, variant: Buffer): void {
  const files: FileFacts<F>[] = [];
  const input = Object.values(tree).reduce((sum, bytes) => sum + bytes.length, 0);
  for (const path of wantedPaths(cataloger, tree)) {
    let facts: unknown[] = [];
    try {
      facts = rawFacts(cataloger, tree, path);
    } catch (error) {
      const kind = error instanceof Error ? error.constructor.name : typeof error;
      // A TypeError or RangeError is a bug that damage uncovered: an access nobody checked, or a stack that ran out.
      expect(['Error', 'SyntaxError', 'UnreadableDatabase', 'UnreadableHeader'], `${String(error)} on ${preview(variant)}`).toContain(kind);
    }
    expect(facts.filter((fact) => !isGap(fact)).length).toBeLessThanOrEqual(MAX_ENTRIES);
    const text = JSON.stringify(facts);
    expect(text.length).toBeLessThanOrEqual(input * MAX_GROWTH + SMALL);
    files.push({ path, facts: (JSON.parse(text) as F[]).filter((fact) => !isGap(fact)) });
  }
  for (const _ of cataloger.assemble?.(files, { distro: null, exists: (path) => path in tree }) ?? []);
  expect('polluted' in {}).toBe(false);
}

function preview(bytes: Buffer): string {
  return `${bytes.length} bytes ${bytes.subarray(0, 48).toString('latin1')}`;
}

function sorted(packages: readonly FoundPackage[]): string[] {
  return packages.map((found) => JSON.stringify(found)).sort();
}
