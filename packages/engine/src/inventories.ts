import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { MAX_SBOM_BYTES } from '@assay/formats/sbom/read.ts';
import type { ScanOptions } from '@assay/scan/scan.ts';
import { withEndOfLife } from './end-of-life.ts';
import { inventoryOfSbom } from './read-sbom.ts';

/**
 * Inventories of a TARGET: an SBOM file is read, everything else (image archive or layout, directory, registry reference) is scanned.
 * More than one only with `platform: 'all'`. The scanner is loaded when it is needed.
 */
export async function* inventoriesOf(target: string, options: ScanOptions, ctx: Context): AsyncIterable<Inventory> {
  const sbom = sbomBytes(target);
  if (sbom !== null) {
    yield withEndOfLife(inventoryOfSbom(sbom, basename(target)), ctx.now());
    return;
  }
  const { scanTarget } = await import('@assay/scan/scan.ts');
  for await (const inventory of scanTarget(target, options, ctx)) yield withEndOfLife(inventory, ctx.now());
}

/** The bytes of a text file, which can only be an SBOM (what it is instead is said by its reader); null for archives and all else. */
function sbomBytes(path: string): Buffer | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined && /\.(?:tar|tgz|gz|zst|json|xml|spdx|cdx|zip)$/i.test(path)) {
    throw new AssayError('not-found', `There is no file ${path}; check the path.`);
  }
  if (stat === undefined || !stat.isFile()) return null;
  try {
    if (!isText(headOf(path))) return null;
    if (stat.size > MAX_SBOM_BYTES) throw new AssayError('sbom-too-large', `${path} is larger than 100 MB; split the SBOM.`);
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw new AssayError('unreadable-target', `${path} cannot be read; check its permissions.`, { cause });
  }
}

function headOf(path: string): Buffer {
  const head = Buffer.alloc(512);
  const fd = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(fd, head, 0, head.length, 0));
  } finally {
    closeSync(fd);
  }
}

/** Archives and compressed files have control bytes early on. */
function isText(head: Buffer): boolean {
  return head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}
