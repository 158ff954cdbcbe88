import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import { ContainerReader } from './container-reader.ts';
import { type AdvisoryDatabase, openDatabase } from './open.ts';

/** What `DATA_DIR/db/current` names: database files in the same folder. */
export interface CurrentPointer {
  readonly advisories: string;
  readonly enrichments: string | null;
  /** Somebody meant to go back: a service accepts it although it was built before the one in use. */
  readonly rollback?: boolean;
}

export interface InstallResult {
  readonly revision: string;
  readonly previous: string | null;
  /** The new database was built before the one it replaces. */
  readonly downgrade: boolean;
}

const FILE_NAME = /^[0-9a-f]{64}\.assay(?:db|enr)$/;

/** Names of the files being built; in the folder itself, so that the rename at the end stays on one file system. */
export function stagingFiles(folder: string, unique: string): { readonly file: string; readonly enrichmentFile: string } {
  mkdirSync(folder, { recursive: true });
  return { file: join(folder, `.staging-${unique}.assaydb`), enrichmentFile: join(folder, `.staging-${unique}.assayenr`) };
}

/**
 * Moves built files to `<folder>/<revision>.assaydb` and `.assayenr` and points `current` at them, each step atomic and synced.
 * Without a new enrichment file the present one stays. Files that are no longer current are kept; see {@link removeOthers}.
 * @throws AssayError `database-older` when it was built before the one in use and `rollback` is false (undefined: does not matter).
 */
export function installDatabase(
  folder: string,
  built: { readonly file: string; readonly enrichmentFile?: string },
  rollback?: boolean,
): InstallResult {
  const info = headerOf(built.file);
  const before = currentPointer(folder);
  const previous = before === null ? null : headerOf(join(folder, before.advisories));
  const downgrade = previous !== null && Date.parse(info.builtAt) < Date.parse(previous.builtAt);
  if (downgrade && rollback === false)
    throw new AssayError(
      'database-older',
      `It was built ${info.builtAt}, before the one in use (${previous.builtAt}); add --rollback to go back.`,
    );
  const advisories = `${info.revision}.assaydb`;
  renameSync(built.file, join(folder, advisories));
  let enrichments = before?.enrichments ?? null;
  if (built.enrichmentFile !== undefined && existsSync(built.enrichmentFile)) {
    enrichments = `${headerOf(built.enrichmentFile).revision}.assayenr`;
    renameSync(built.enrichmentFile, join(folder, enrichments));
  }
  writePointer(folder, { advisories, enrichments, ...(downgrade && rollback === true ? { rollback } : {}) });
  return {
    revision: info.revision,
    previous: previous?.revision ?? null,
    downgrade,
  };
}

/** The pointer of a folder, null when nothing is installed. */
export function currentPointer(folder: string): CurrentPointer | null {
  let text: string;
  try {
    text = readFileSync(join(folder, 'current'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AssayError('database-unreadable', `${join(folder, 'current')} cannot be read; check who owns the data directory.`, {
      cause: error,
    });
  }
  const pointer = parsePointer(text);
  if (pointer === null)
    throw new AssayError('database-corrupt', `${join(folder, 'current')} is damaged; run "assay db update" to replace the database.`);
  return pointer;
}

/** Opens what `current` names; null when nothing is installed. */
export function openCurrent(folder: string): AdvisoryDatabase | null {
  const pointer = currentPointer(folder);
  if (pointer === null) return null;
  return openDatabase(join(folder, pointer.advisories), pointer.enrichments === null ? undefined : join(folder, pointer.enrichments));
}

/**
 * Removes database files that `keep` does not name, and what a killed build left, when they are older than `stale` (milliseconds since
 * the epoch): younger ones may be what a service still compares with, or a build that runs now. Open files stay readable until closed.
 */
export function removeOthers(folder: string, keep: readonly string[], stale: number): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const removable = /^\.staging-|^sort-/.test(name) || (FILE_NAME.test(name) && !keep.includes(name));
    if (removable && (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? stale) < stale) rmSync(file, { recursive: true, force: true });
  }
}

function writePointer(folder: string, pointer: CurrentPointer): void {
  // Several processes start at once, each in a container of its own perhaps: a file that is nobody else's is moved into place.
  const staging = mkdtempSync(join(folder, '.staging-'));
  const temporary = join(staging, 'current');
  const fd = openSync(temporary, 'w', 0o644);
  writeSync(fd, `${JSON.stringify(pointer)}\n`);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(temporary, join(folder, 'current'));
  rmSync(staging, { recursive: true, force: true });
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

function parsePointer(text: string): CurrentPointer | null {
  try {
    const value = JSON.parse(text) as Partial<CurrentPointer>;
    const enrichments = value.enrichments ?? null;
    if (typeof value.advisories !== 'string' || !FILE_NAME.test(value.advisories)) return null;
    if (enrichments !== null && !FILE_NAME.test(enrichments)) return null;
    return { advisories: value.advisories, enrichments, ...(value.rollback === true ? { rollback: true } : {}) };
  } catch {
    return null;
  }
}

function headerOf(file: string): { readonly revision: string; readonly builtAt: string } {
  const reader = new ContainerReader(file);
  reader.close();
  return { revision: String(reader.header['revision']), builtAt: String(reader.header['builtAt']) };
}
