import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../..');

/** Folder of the packed real data: `ASSAY_TEST_DATA`, else `../shared/data` beside the checkout. It need not exist. */
export function testDataFolder(): string {
  return resolve(checkout, process.env['ASSAY_TEST_DATA'] ?? '../shared/data');
}

const unpacked = new Map<string, string>();

/**
 * Unpacks `NAME.tar.gz` of the test data once per process into a temporary folder that goes away at exit, and returns the folder
 * `NAME` in it; null when the archive is not there (print the reason and skip).
 */
export function unpackTestData(name: string): string | null {
  const archive = join(testDataFolder(), `${name}.tar.gz`);
  if (!existsSync(archive)) return null;
  let folder = unpacked.get(name);
  if (folder === undefined) {
    const created = mkdtempSync(join(tmpdir(), 'assay-data-'));
    process.on('exit', () => rmSync(created, { recursive: true, force: true }));
    execFileSync('tar', ['xzf', archive, '-C', created]);
    folder = created;
    unpacked.set(name, folder);
  }
  return join(folder, name);
}

/** What to print when real data is absent. */
export function missingDataReason(name: string): string {
  return `skipped: ${name}.tar.gz is not in ${testDataFolder()} (set ASSAY_TEST_DATA)`;
}
