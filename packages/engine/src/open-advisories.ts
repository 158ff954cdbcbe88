import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openCurrent } from '@assay/advisories/database/install.ts';
import { type AdvisoryDatabase, openDatabase } from '@assay/advisories/database/open.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { DatabaseState } from '@assay/core/scan-result.ts';

export interface AdvisoryPlaces {
  /** Data directory; its `db/` holds what `assay db update` installed. */
  readonly dataDir: string;
  /** Folder of the starter snapshot: `advisories.assaydb` and `enrichments.assayenr`. */
  readonly snapshotDir?: string;
  /** A database file named by the caller goes before both. */
  readonly file?: string;
}

export interface OpenAdvisories {
  readonly database: AdvisoryDatabase;
  readonly origin: DatabaseState['origin'];
}

/**
 * Opens the advisory database to scan with: the named file, else the installed one, else the starter snapshot; of the last two the one
 * built later, so that an update of Assay is never worse than its old data. AssayError `no-database` when there is none.
 */
export function openAdvisories(places: AdvisoryPlaces): OpenAdvisories {
  if (places.file !== undefined) return { database: openDatabase(places.file), origin: 'file' };
  const installed = openCurrent(join(places.dataDir, 'db'));
  const snapshot = openSnapshot(places.snapshotDir);
  if (installed !== null && (snapshot === null || installed.info.builtAt >= snapshot.info.builtAt)) {
    snapshot?.close();
    return { database: installed, origin: 'installed' };
  }
  installed?.close();
  if (snapshot === null)
    throw new AssayError(
      'no-database',
      'There is no advisory database yet; run "assay db update", or "assay db import FILE" without internet.',
    );
  return { database: snapshot, origin: 'snapshot' };
}

function openSnapshot(folder: string | undefined): AdvisoryDatabase | null {
  if (folder === undefined || !existsSync(join(folder, 'advisories.assaydb'))) return null;
  const enrichments = join(folder, 'enrichments.assayenr');
  return openDatabase(join(folder, 'advisories.assaydb'), existsSync(enrichments) ? enrichments : undefined);
}
