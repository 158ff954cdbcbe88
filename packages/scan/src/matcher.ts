import type { Cataloger, Selection } from './cataloger.ts';
import { isExecutable } from './selection.ts';

/** All selections of a set of catalogers in one structure, so that a directory entry costs a few map lookups whatever their number. */
export interface Matcher {
  /** Indexes into the cataloger list whose path rules select the file; the shared empty array when none does. */
  match(path: string): readonly number[];
  /** Indexes of catalogers that want executables. */
  readonly magic: readonly number[];
  /** True when some cataloger may ask for a file of this name as a companion of another. */
  mayAccompany(basename: string): boolean;
}

const NONE: readonly number[] = [];

interface Rule {
  readonly text: string;
  readonly index: number;
  readonly folder?: string;
}

interface Rules {
  readonly basenames: Map<string, number[]>;
  /** Endings with a slash, by what follows the last one: the file name is then known. */
  readonly endingsByName: Map<string, Rule[]>;
  /** Endings inside one file name, by length, then text. */
  readonly endingsByLength: Map<number, Map<string, Rule[]>>;
  readonly folders: Rule[];
  readonly infixes: Rule[];
  readonly companions: Set<string>;
  readonly magic: number[];
}

export function compileMatcher(catalogers: readonly Pick<Cataloger, 'wants'>[]): Matcher {
  const rules: Rules = {
    basenames: new Map(),
    endingsByName: new Map(),
    endingsByLength: new Map(),
    folders: [],
    infixes: [],
    companions: new Set(),
    magic: [],
  };
  for (const [index, { wants }] of catalogers.entries()) addSelection(rules, wants, index);
  const folderOf = memoFolder(rules.folders);
  return {
    magic: rules.magic,
    mayAccompany: (basename) => rules.companions.has(basename),
    match: (path) => matchPath(rules, folderOf, path),
  };
}

function addSelection(rules: Rules, wants: Selection, index: number): void {
  if (wants.magic === 'executable') rules.magic.push(index);
  for (const name of wants.basenames ?? []) {
    push(rules.basenames, name, index);
    addCompanions(rules, wants, name);
  }
  for (const suffix of wants.suffixes ?? []) {
    addEnding(rules, suffix, { text: suffix, index });
    const slash = suffix.lastIndexOf('/');
    if (slash >= 0) addCompanions(rules, wants, suffix.slice(slash + 1));
  }
  for (const folder of wants.folders ?? []) (folder.endsWith('/') ? rules.folders : rules.infixes).push({ text: folder, index });
  for (const { folder, suffix } of wants.within ?? []) addEnding(rules, suffix, { text: suffix, index, folder });
}

function addEnding(rules: Rules, suffix: string, rule: Rule): void {
  const slash = suffix.lastIndexOf('/');
  if (slash >= 0) {
    push(rules.endingsByName, suffix.slice(slash + 1), rule);
    return;
  }
  let byText = rules.endingsByLength.get(suffix.length);
  if (byText === undefined) {
    byText = new Map();
    rules.endingsByLength.set(suffix.length, byText);
  }
  push(byText, suffix, rule);
}

function addCompanions(rules: Rules, wants: Selection, basename: string): void {
  for (const name of wants.companions?.(basename) ?? []) rules.companions.add(name);
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Archives list a folder's files together, so the answer for the last folder is nearly always the one asked for. */
function memoFolder(folders: readonly Rule[]): (folder: string) => readonly number[] {
  let last: string | undefined;
  let answer: readonly number[] = NONE;
  return (folder) => {
    if (folder === last) return answer;
    last = folder;
    const found = folders.filter((rule) => folder.includes(rule.text)).map((rule) => rule.index);
    answer = found.length === 0 ? NONE : found;
    return answer;
  };
}

function matchPath(rules: Rules, folderOf: (folder: string) => readonly number[], path: string): readonly number[] {
  const rooted = `/${path}`;
  const slash = rooted.lastIndexOf('/');
  const name = rooted.slice(slash + 1);
  let found: number[] | undefined;
  const add = (index: number): void => {
    if (found === undefined) found = [index];
    else if (!found.includes(index)) found.push(index);
  };
  const tryRule = (rule: Rule): void => {
    if (rooted.endsWith(rule.text) && (rule.folder === undefined || rooted.includes(rule.folder))) add(rule.index);
  };
  rules.basenames.get(name)?.forEach(add);
  rules.endingsByName.get(name)?.forEach(tryRule);
  for (const [length, byText] of rules.endingsByLength) {
    if (name.length >= length) byText.get(name.slice(name.length - length))?.forEach(tryRule);
  }
  folderOf(rooted.slice(0, slash + 1)).forEach(add);
  for (const rule of rules.infixes) if (rooted.includes(rule.text)) add(rule.index);
  return found ?? NONE;
}

/**
 * Whether the first bytes and the mode make a file worth reading as an executable. Shared libraries without an execute bit are
 * passed over (they are most of an image's bytes and no cataloger of executables reads them); PE files carry no mode worth asking.
 */
export function isExecutableFile(head: Buffer, mode: number, path: string): boolean {
  if (!isExecutable(head)) return false;
  if ((mode & 0o111) !== 0) return true;
  if (head[0] === 0x4d) return path.endsWith('.exe');
  return head[0] === 0x7f && head.length > 17 && head[16] === 2 && head[17] === 0;
}
