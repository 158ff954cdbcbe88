import { canBeEvidence } from '../../reading/owned.ts';
import { isPlainName, isPlainVersion } from '../../reading/text.ts';

/** One installed package of an apk database, with the files it owns (no leading slash). */
export interface ApkPackage {
  readonly name: string;
  readonly version: string;
  readonly arch?: string;
  readonly origin: string;
  readonly license?: string;
  readonly files: readonly string[];
}

export interface InstalledResult {
  readonly packages: readonly ApkPackage[];
  /** Entries with a name but no usable version. */
  readonly broken: number;
  readonly truncated: boolean;
}

/** Longest value kept; dependency lists of large packages are far longer but are not read. */
const MAX_VALUE = 4096;
const LF = 10;
const CR = 13;
const COLON = 58;

interface Entry {
  P?: string;
  V?: string;
  A?: string;
  o?: string;
  L?: string;
  folder: string;
  files: string[];
}

/**
 * Entries of `lib/apk/db/installed` (apk-tools' installed database, letter-colon-value lines, an empty line between entries; the letters
 * are case-sensitive). `F` opens a folder, `R` is a file in it. The last entry may end without an empty line.
 */
export function readInstalled(bytes: Buffer, maxEntries: number): InstalledResult {
  const packages: ApkPackage[] = [];
  let broken = 0;
  let entry: Entry = { folder: '', files: [] };
  let filled = false;
  const close = (): void => {
    const found = toPackage(entry);
    if (found === 'broken') broken++;
    else if (found !== null) packages.push(found);
    entry = { folder: '', files: [] };
    filled = false;
  };
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(LF, start);
    let end = newline < 0 ? bytes.length : newline;
    const next = end + 1;
    if (end > start && bytes[end - 1] === CR) end--;
    if (end === start) {
      if (!filled) {
        start = next;
        continue;
      }
      close();
      if (packages.length >= maxEntries && next < bytes.length) return { packages, broken, truncated: true };
    } else if (bytes[start + 1] === COLON) {
      filled = true;
      readLine(entry, String.fromCharCode(bytes[start]!), bytes.subarray(start + 2, end));
    }
    start = next;
  }
  close();
  return { packages, broken, truncated: false };
}

function readLine(entry: Entry, key: string, value: Buffer): void {
  if (key === 'F') entry.folder = value.toString('utf8', 0, MAX_VALUE);
  else if (key === 'R') {
    const file = value.toString('utf8', 0, MAX_VALUE);
    const path = entry.folder === '' ? file : `${entry.folder}/${file}`;
    if (canBeEvidence(path)) entry.files.push(path);
  } else if (key === 'P' || key === 'V' || key === 'A' || key === 'o' || key === 'L') {
    entry[key] ??= value.toString('utf8', 0, MAX_VALUE).trim();
  }
}

function toPackage(entry: Entry): ApkPackage | 'broken' | null {
  const { P: name, V: version, A: arch, o: origin, L: license } = entry;
  // Names that begin with a dot are the virtual packages of `apk add --virtual`: a list of names, not software.
  if (name === undefined || name.startsWith('.')) return null;
  if (!isPlainName(name) || !isPlainVersion(version)) return 'broken';
  return {
    name,
    version,
    ...(arch !== undefined && isPlainName(arch) ? { arch } : {}),
    origin: isPlainName(origin) ? origin : name,
    ...(license === undefined || license === '' ? {} : { license }),
    files: entry.files,
  };
}
