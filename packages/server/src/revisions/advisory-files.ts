import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { currentPointer, installDatabase, stagingFiles } from '@assay/advisories/database/install.ts';
import { type AdvisoryDatabase, openDatabase } from '@assay/advisories/database/open.ts';
import { MATCHER_VERSIONS } from '@assay/core/matcher-version.ts';
import type pg from 'pg';
import { publishRevision, type Revision, type RevisionSource } from './revisions.ts';

/** Advisory database files of the data directory (`db/`), opened once each and kept open while this process lives. */
export interface AdvisoryFiles extends RevisionSource {
  open(revision: Pick<Revision, 'place'>): Promise<AdvisoryDatabase | undefined>;
  /** Takes the starter snapshot over, where nothing newer is installed. */
  installStarter(starter: { readonly advisories: string; readonly enrichments: string }, unique: string): void;
  /** Makes what `db/current` names the current revision; undefined when nothing is installed or it was published before. */
  publishInstalled(pool: pg.Pool): Promise<{ readonly id: number; readonly changed: boolean } | undefined>;
  close(): void;
}

/** Sum of the matching rules' versions: any bump makes stored results comparable no longer. */
const MATCHER = Object.values(MATCHER_VERSIONS).reduce((sum, version) => sum + version, 0);

export function advisoryFiles(folder: string): AdvisoryFiles {
  const opened = new Map<string, AdvisoryDatabase>();
  let published = '';
  const openPlace = (place: string): AdvisoryDatabase | undefined => {
    const known = opened.get(place);
    if (known !== undefined) return known;
    const [advisories = '', enrichments = ''] = place.split(' ');
    if (!existsSync(join(folder, advisories))) return undefined;
    const database = openDatabase(join(folder, advisories), enrichments === '' ? undefined : join(folder, enrichments));
    opened.set(place, database);
    return database;
  };
  return {
    open: async (revision) => openPlace(revision.place),
    installStarter(starter, unique) {
      const shipped = openDatabase(starter.advisories);
      const builtAt = shipped.info.builtAt;
      shipped.close();
      const pointer = currentPointer(folder);
      const installed = pointer === null ? undefined : openPlace(placeOf(pointer));
      if (installed !== undefined && installed.info.builtAt >= builtAt) return;
      const staged = stagingFiles(folder, unique);
      copyFileSync(starter.advisories, staged.file);
      copyFileSync(starter.enrichments, staged.enrichmentFile);
      installDatabase(folder, staged);
    },
    async publishInstalled(pool) {
      const pointer = currentPointer(folder);
      if (pointer === null) return undefined;
      const place = placeOf(pointer);
      const database = place === published ? undefined : openPlace(place);
      if (database === undefined) return undefined;
      const { info, enrichmentInfo } = database;
      const done = await publishRevision(pool, {
        digest: info.revision,
        enrichment: enrichmentInfo?.revision ?? '0'.repeat(64),
        place,
        matcher: MATCHER,
        builtAt: new Date(info.builtAt),
        counts: { documents: info.documents, records: info.records, enrichments: enrichmentInfo?.entries ?? 0 },
      });
      published = place;
      return done;
    },
    close() {
      for (const database of opened.values()) database.close();
      opened.clear();
    },
  };
}

function placeOf(pointer: { readonly advisories: string; readonly enrichments: string | null }): string {
  return pointer.enrichments === null ? pointer.advisories : `${pointer.advisories} ${pointer.enrichments}`;
}
