import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const SKIPPED = new Set(['node_modules', 'dist', 'testdata', 'coverage', 'models', 'data']);

function walk(folder: string, files: string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path, files);
    else if (/\.(ts|tsx|mjs|js)$/.test(entry.name)) files.push(path);
  }
}

/** Every source file of the checkout, tests included. */
export function sourceFiles(): SourceFile[] {
  const files: string[] = [];
  for (const folder of ['packages', 'e2e', 'bench', 'tools']) walk(join(ROOT, folder), files);
  return files.sort().map((path) => ({ path: relative(ROOT, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
}

export const isTest = (path: string): boolean =>
  /\.(test|testdata)\.tsx?$/.test(path) || /^(packages\/testkit|e2e|bench|tools)\//.test(path);
export const isData = (path: string): boolean => /\.data\.tsx?$|^packages\/wire\/src\/assay-types\.ts$/.test(path);
export const packageOf = (path: string): string | undefined => /^packages\/([^/]+)\//.exec(path)?.[1];

/** Module names that a file imports, type-only imports included. */
export function importsOf(text: string): { readonly module: string; readonly typeOnly: boolean }[] {
  const found: { module: string; typeOnly: boolean }[] = [];
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s+)?[^'";]*?from\s+'([^']+)'/gm)) {
    found.push({ module: match[2] ?? '', typeOnly: match[1] !== undefined });
  }
  for (const match of text.matchAll(/^\s*import\s+'([^']+)'/gm)) found.push({ module: match[1] ?? '', typeOnly: false });
  for (const match of text.matchAll(/\bimport\(\s*'([^']+)'/g)) found.push({ module: match[1] ?? '', typeOnly: false });
  return found;
}
