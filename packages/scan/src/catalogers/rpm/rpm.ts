import type { AssembleContext, Cataloger, ExtractContext, FileFacts, Found, FoundPackage, GapFact, WantedFile } from '../../cataloger.ts';
import { ownerClassOfVendor } from '../../distro/owner-class.ts';
import { ownedPaths } from '../../reading/owned.ts';
import { rootOf } from '../../reading/root.ts';
import { isSqlite, logShrinks, UnreadableDatabase } from '../../reading/sqlite/database.ts';
import { isBdb, readBdbBlobs } from './bdb.ts';
import { parseHeader, UnreadableHeader } from './header.ts';
import { readContainerManifest } from './manifest.ts';
import { isNdb, readNdbBlobs } from './ndb.ts';
import { packageOfHeader, type RpmPackage } from './package.ts';
import { type BlobOrDamage, readSqliteBlobs } from './sqlite.ts';

const MIB = 1024 * 1024;
const MAX_FILES_PER_PACKAGE = 100_000;

/**
 * RPM packages from the database itself, in each of its formats: SQLite (`rpmdb.sqlite` with the changes that wait in its `-wal`), NDB
 * (`Packages.db`), Berkeley DB hash (`Packages`), and the text manifest of Azure Linux distroless images. Header format: rpm's
 * doc/manual/format_header.md. Where a file system holds several formats, the newest one with packages counts.
 */
export const rpm: Cataloger<RpmPackage> = {
  id: 'rpm',
  title: 'RPM packages',
  formats: [
    'rpmdb.sqlite with -wal (SQLite file format 3)',
    'Packages.db (rpm NDB)',
    'Packages (Berkeley DB hash)',
    'container-manifest-2',
  ],
  version: 1,
  wants: {
    suffixes: ['/rpm/rpmdb.sqlite', '/rpm/Packages.db', '/rpm/Packages', '/lib/rpmmanifest/container-manifest-2'],
    companions: (basename) => (basename === 'rpmdb.sqlite' ? ['rpmdb.sqlite-wal'] : []),
    maxBytes: 512 * MIB,
  },
  extract: extractRpm,
  assemble: assembleRpm,
};

function* extractRpm(file: WantedFile, ctx: ExtractContext): Iterable<RpmPackage | GapFact> {
  if (file.path.endsWith('container-manifest-2')) {
    const { packages, broken } = readContainerManifest(file.bytes, ctx.maxEntries);
    yield* packages;
    if (broken > 0) yield unreadable(`${broken} lines of the package manifest cannot be read.`);
    return;
  }
  if (file.bytes.length === 0) {
    yield unreadable('The RPM database is empty, as when its content lies behind a link that was not followed.');
    return;
  }
  const wal = file.companions?.get('rpmdb.sqlite-wal');
  const result = readPackages(blobsOf(file.bytes, wal), ctx.maxEntries);
  if (result === 'unsupported') {
    // Outside rpm's own folders a file of this name is a package index of apt or opkg.
    if (placeOf(file.path) === undefined) return;
    yield { gap: { code: 'unsupported-package-database', message: 'The RPM database has a format that is not known.' } };
    return;
  }
  const { chosen, withoutLog } = withBetterLog(result, file.bytes, { wal, maxEntries: ctx.maxEntries });
  yield* chosen.packages;
  if (withoutLog) yield unreadable('The write-ahead log of the RPM database does not fit it and was left out.');
  if (chosen.fatal !== undefined) yield unreadable(`The RPM database cannot be read: ${chosen.fatal}`);
  if (chosen.damaged > 0) yield unreadable(`${chosen.damaged} parts of the RPM database cannot be read: ${chosen.firstDamage}`);
  if (chosen.truncated) yield { gap: { code: 'limit-reached', message: `The RPM database has more than ${ctx.maxEntries} packages.` } };
}

/**
 * SQLite cannot tell that a log belongs to another generation of a database (a layer may have replaced only one of the two files). Where
 * the database is damaged with it and less so alone, or loses both pages and packages by it, the database alone is the better witness.
 */
function withBetterLog(result: Read, bytes: Buffer, { wal, maxEntries }: { wal: Buffer | undefined; maxEntries: number }) {
  const problems = (read: Read): number => read.damaged + (read.fatal === undefined ? 0 : Number.MAX_SAFE_INTEGER);
  const kept = { chosen: result, withoutLog: false };
  if (wal === undefined || wal.length === 0 || (problems(result) === 0 && !logShrinks(bytes, wal))) return kept;
  const alone = readPackages(blobsOf(bytes, undefined), maxEntries);
  if (alone === 'unsupported') return kept;
  const better = problems(alone) < problems(result) || (problems(alone) === 0 && alone.packages.length > result.packages.length);
  return better ? { chosen: alone, withoutLog: true } : kept;
}

function unreadable(message: string): GapFact {
  return { gap: { code: 'unreadable-package-database', message } };
}

function blobsOf(bytes: Buffer, wal: Buffer | undefined): Iterable<BlobOrDamage> | 'unsupported' {
  if (isSqlite(bytes)) return readSqliteBlobs(bytes, wal);
  if (isNdb(bytes)) return readNdbBlobs(bytes);
  return isBdb(bytes) ? readBdbBlobs(bytes) : 'unsupported';
}

interface Read {
  readonly packages: readonly RpmPackage[];
  readonly damaged: number;
  readonly firstDamage: string;
  readonly truncated: boolean;
  readonly fatal?: string;
}

function readPackages(blobs: Iterable<BlobOrDamage> | 'unsupported', maxEntries: number): Read | 'unsupported' {
  if (blobs === 'unsupported') return 'unsupported';
  const packages: RpmPackage[] = [];
  const damages: string[] = [];
  const done = (truncated: boolean): Read => ({ packages, damaged: damages.length, firstDamage: damages[0] ?? '', truncated });
  try {
    for (const item of blobs) {
      const found = 'damage' in item ? item : readBlob(item.blob);
      if (found === null) continue;
      if ('damage' in found) damages.push(found.damage);
      else if (packages.length >= maxEntries) return done(true);
      else packages.push(found);
    }
  } catch (error) {
    if (error instanceof UnreadableDatabase) return { ...done(false), fatal: error.message };
    throw error;
  }
  return done(false);
}

function readBlob(blob: Buffer): RpmPackage | null | { damage: string } {
  try {
    const found = packageOfHeader(parseHeader(blob), MAX_FILES_PER_PACKAGE);
    return found === undefined ? { damage: 'A package has no usable name or version.' } : found;
  } catch (error) {
    if (error instanceof UnreadableHeader) return { damage: error.message };
    throw error;
  }
}

/** Formats in the order in which rpm moved from one to the next, newest first. */
const NEWEST_FIRST = ['rpmdb.sqlite', 'Packages.db', 'Packages', 'container-manifest-2'];

function* assembleRpm(files: readonly FileFacts<RpmPackage>[], ctx: AssembleContext): Iterable<Found> {
  const byRoot = new Map<string, FileFacts<RpmPackage>[]>();
  for (const file of files) {
    const root = rootOfDatabase(file.path);
    byRoot.set(root, [...(byRoot.get(root) ?? []), file]);
  }
  for (const [root, candidates] of byRoot) {
    const newest = NEWEST_FIRST.find((name) => candidates.some((file) => file.path.endsWith(name) && file.facts.length > 0));
    const seen = new Set<string>();
    for (const file of candidates.filter((each) => newest !== undefined && each.path.endsWith(newest))) {
      for (const found of file.facts) {
        const key = [found.name, found.arch ?? '', found.version].join('\0');
        if (seen.has(key)) continue;
        seen.add(key);
        yield { package: foundPackage(found, { root, path: file.path, ctx }) };
      }
    }
  }
}

const PLACES = ['/lib/rpm/', '/lib/sysimage/rpm/', '/share/rpm/', '/lib/rpmmanifest/'];

function placeOf(path: string): string | undefined {
  return PLACES.find((place) => `/${path}`.includes(place));
}

function rootOfDatabase(path: string): string {
  return rootOf(path, placeOf(path) ?? '/rpm/');
}

function foundPackage(found: RpmPackage, place: { root: string; path: string; ctx: AssembleContext }): FoundPackage {
  const { license, files, ...rest } = found;
  const { root, path, ctx } = place;
  const distro = root === '' ? ctx.distro : (ctx.distroOf?.(root) ?? null);
  return {
    type: 'rpm',
    ...rest,
    ...(license === undefined ? {} : { licenses: [license] }),
    ...(root === '' ? {} : { root }),
    paths: [path],
    packageManager: 'OS',
    confidence: 'high',
    owns: ownedPaths(root, files),
    ownerClass: ownerClassOfVendor(distro, found.vendor),
  };
}
