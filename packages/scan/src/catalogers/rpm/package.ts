import { canBeEvidence } from '../../reading/owned.ts';
import { isPlainName, isPlainVersion } from '../../reading/text.ts';
import type { RpmHeader } from './header.ts';

/** One installed package of an RPM database; `files` without leading slash. */
export interface RpmPackage {
  readonly name: string;
  /** `epoch:version-release`, the epoch left out when 0 or absent. */
  readonly version: string;
  readonly arch?: string;
  readonly sourceName?: string;
  /** `version-release`: the name of a source RPM carries no epoch. */
  readonly sourceVersion?: string;
  /** `name:stream`, empty when the header says "not modular", absent when it says nothing. */
  readonly module?: string;
  readonly vendor?: string;
  readonly license?: string;
  readonly files: readonly string[];
}

const NAME = 1000;
const VERSION = 1001;
const RELEASE = 1002;
const EPOCH = 1003;
const VENDOR = 1011;
const LICENSE = 1014;
const ARCH = 1022;
const OLDFILENAMES = 1027;
const FILEFLAGS = 1037;
const SOURCERPM = 1044;
const DIRINDEXES = 1116;
const BASENAMES = 1117;
const DIRNAMES = 1118;
const MODULARITYLABEL = 5096;

/** A file that the package lists but does not ship. */
const GHOST = 64;

/** Null for what is no software (`gpg-pubkey` entries); throws `UnreadableHeader`; undefined when name or version cannot be used. */
export function packageOfHeader(header: RpmHeader, maxFiles: number): RpmPackage | null | undefined {
  const name = header.text(NAME);
  if (name === 'gpg-pubkey') return null;
  const version = header.text(VERSION);
  const release = header.text(RELEASE);
  if (!isPlainName(name) || !isPlainVersion(version)) return undefined;
  const label = header.text(MODULARITYLABEL);
  const evr = joinVersion(header.numbers(EPOCH, 1)[0], version, release);
  if (!isPlainVersion(evr)) return undefined;
  return {
    name,
    version: evr,
    ...known('arch', header.text(ARCH)),
    ...splitSourceRpm(header.text(SOURCERPM)),
    ...(label === undefined ? {} : { module: label.split(':', 2).join(':').slice(0, 512) }),
    ...known('vendor', header.text(VENDOR)),
    ...known('license', header.text(LICENSE)),
    files: filesOf(header, maxFiles),
  };
}

export function joinVersion(epoch: number | undefined, version: string, release: string | undefined): string {
  const evr = release === undefined || release === '' ? version : `${version}-${release}`;
  return epoch === undefined || epoch === 0 ? evr : `${epoch}:${evr}`;
}

/** `name-version-release.src.rpm` split at its last two dashes; nothing when it has not that form. */
export function splitSourceRpm(file: string | undefined): { sourceName?: string; sourceVersion?: string } {
  const stem = file === undefined || file.length > 768 ? null : /^(.*)\.(?:no)?src\.rpm$/.exec(file)?.[1];
  if (stem === null || stem === undefined) return {};
  const release = stem.lastIndexOf('-');
  const version = stem.lastIndexOf('-', release - 1);
  const sourceName = stem.slice(0, Math.max(version, 0));
  const sourceVersion = stem.slice(version + 1);
  return version > 0 && isPlainName(sourceName) && isPlainVersion(sourceVersion) ? { sourceName, sourceVersion } : {};
}

/** rpm prints absent values as `(none)`, and some builders store that. */
export function known<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (isPlainName(value) && value !== '(none)' ? { [key]: value } : {}) as { [P in K]?: string };
}

function filesOf(header: RpmHeader, max: number): string[] {
  const names = header.texts(BASENAMES, max);
  const folders = header.texts(DIRNAMES, max);
  const indexes = header.numbers(DIRINDEXES, max);
  const flags = header.numbers(FILEFLAGS, max);
  const paths =
    names.length === 0 ? header.texts(OLDFILENAMES, max) : names.map((name, at) => `${folders[indexes[at] ?? -1] ?? ''}${name}`);
  const owned: string[] = [];
  for (const [at, path] of paths.entries()) {
    if (!path.startsWith('/') || ((flags[at] ?? 0) & GHOST) !== 0) continue;
    const relative = path.slice(1);
    if (canBeEvidence(relative)) owned.push(relative);
  }
  return owned;
}
