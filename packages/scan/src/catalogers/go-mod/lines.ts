import { detach, isPlainName, isPlainVersion } from '../../reading/text.ts';

export interface ModuleVersion {
  readonly path: string;
  readonly version: string;
}

/** `with` is absent for a replacement by a folder. */
export interface Replacement {
  readonly path: string;
  /** Only this version is replaced; every version when absent. */
  readonly version?: string;
  readonly with?: ModuleVersion;
}

export interface GoMod {
  /** The `go` directive, e.g. `1.21`; absent in old files, which means 1.16. */
  readonly go?: string;
  readonly require: readonly ModuleVersion[];
  readonly replace: readonly Replacement[];
  readonly exclude: readonly ModuleVersion[];
}

const MAX_LINE = 4096;
const KEYWORDS: ReadonlySet<string> = new Set([
  'module',
  'go',
  'toolchain',
  'require',
  'replace',
  'exclude',
  'retract',
  'tool',
  'godebug',
  'ignore',
]);

/** Directives of a go.mod file (Go Modules Reference, "go.mod files"): one a line, or in a block of parentheses. */
export function parseGoMod(text: string, maxEntries: number): GoMod {
  const require: ModuleVersion[] = [];
  const replace: Replacement[] = [];
  const exclude: ModuleVersion[] = [];
  let go: string | undefined;
  let block = '';
  for (const line of linesOf(text)) {
    if (require.length + replace.length + exclude.length >= maxEntries) break;
    const words = wordsOf(line);
    if (words.length === 0) continue;
    if (words[0] === ')') {
      block = '';
      continue;
    }
    if (words[1] === '(' && KEYWORDS.has(words[0]!)) {
      block = words[0]!;
      continue;
    }
    const [directive, ...rest] = block === '' ? words : [block, ...words];
    if (directive === 'go') go ??= rest[0];
    else if (directive === 'require') pushIf(require, moduleVersion(rest[0], rest[1]));
    else if (directive === 'exclude') pushIf(exclude, moduleVersion(rest[0], rest[1]));
    else if (directive === 'replace') pushIf(replace, replacement(rest));
  }
  return { ...(go === undefined ? {} : { go: detach(go) }), require, replace, exclude };
}

/** Modules of go.sum whose content was downloaded; lines of a module's go.mod alone say only that it was considered. */
export function parseGoSum(text: string, maxEntries: number): ModuleVersion[] {
  const found: ModuleVersion[] = [];
  for (const line of linesOf(text)) {
    if (found.length >= maxEntries) break;
    const [path, version, hash] = line.split(' ', 3);
    if (hash === undefined || version === undefined || version.endsWith('/go.mod')) continue;
    pushIf(found, moduleVersion(path, version));
  }
  return found;
}

/** Modules of vendor/modules.txt: `# path version`, with `=> path version` when replaced; folders as replacement are left out. */
export function parseVendorModules(text: string, maxEntries: number): ModuleVersion[] {
  const found: ModuleVersion[] = [];
  for (const line of linesOf(text)) {
    if (found.length >= maxEntries) break;
    if (!line.startsWith('# ')) continue;
    const words = line.slice(2).trim().split(/\s+/);
    const arrow = words.indexOf('=>');
    // `# path => …` without a version repeats a replacement of the main module and names no vendored code.
    if (arrow === 1) continue;
    pushIf(found, arrow < 0 ? moduleVersion(words[0], words[1]) : moduleVersion(words[arrow + 1], words[arrow + 2]));
  }
  return found;
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    yield text.slice(start, Math.min(end, start + MAX_LINE));
    start = end + 1;
  }
}

/** Words of a line without comment; quoted ones lose their quotes. */
function wordsOf(line: string): string[] {
  const comment = line.indexOf('//');
  const content = (comment < 0 ? line : line.slice(0, comment)).trim();
  return content === '' ? [] : content.split(/\s+/).map((word) => word.replace(/^["`]|["`]$/g, ''));
}

function replacement(words: readonly string[]): Replacement | null {
  const arrow = words.indexOf('=>');
  const path = words[0];
  if (arrow < 1 || !isPlainName(path)) return null;
  const target = moduleVersion(words[arrow + 1], words[arrow + 2]);
  const version = arrow === 2 ? words[1] : undefined;
  return {
    path: detach(path),
    ...(version === undefined ? {} : { version: detach(version) }),
    ...(target === null ? {} : { with: target }),
  };
}

function moduleVersion(path: string | undefined, version: string | undefined): ModuleVersion | null {
  if (!isPlainName(path) || !isPlainVersion(version) || !/^v\d/.test(version)) return null;
  return { path: detach(path), version: detach(version) };
}

function pushIf<T>(list: T[], item: T | null): void {
  if (item !== null) list.push(item);
}
