import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openCurrent } from '@assay/advisories/database/install.ts';
import { type AdvisoryDatabase, openDatabase } from '@assay/advisories/database/open.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { DatabaseState } from '@assay/core/scan-result.ts';

export interface AdvisoryPlaces {
  /** Data directory; its `db/` holds what `assay db update` installed. */
  readonly dataDir: string;
  /** Files of the starter snapshot; they need not exist. */
  readonly starter?: { readonly advisories: string; readonly enrichments: string } | undefined;
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
  const snapshot = openStarter(places.starter);
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

function openStarter(starter: AdvisoryPlaces['starter']): AdvisoryDatabase | null {
  if (starter === undefined || !existsSync(starter.advisories)) return null;
  return openDatabase(starter.advisories, existsSync(starter.enrichments) ? starter.enrichments : undefined);
}
