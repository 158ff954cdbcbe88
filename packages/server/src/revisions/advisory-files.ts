import { createHash } from 'node:crypto';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { currentPointer, installDatabase, stagingFiles } from '@assay/advisories/database/install.ts';
import { type AdvisoryDatabase, openDatabase } from '@assay/advisories/database/open.ts';
import { MATCHER_VERSIONS } from '@assay/core/matcher-version.ts';
import type pg from 'pg';
import { SCORE_FORMULA } from '../findings/write/score-bases.ts';
import { type Published, publishRevision, type Revision, type RevisionSource } from './revisions.ts';

/** Advisory database files of the data directory (`db/`), opened once each; those no longer asked for are closed. */
export interface AdvisoryFiles extends RevisionSource {
  open(revision: Pick<Revision, 'place'>): Promise<AdvisoryDatabase | undefined>;
  /** Takes the starter snapshot over, where nothing newer is installed. */
  installStarter(starter: { readonly advisories: string; readonly enrichments: string }, unique: string): void;
  /** Makes what `db/current` names the current revision; undefined when nothing is installed or it was published before. */
  publishInstalled(pool: pg.Pool): Promise<Published | undefined>;
  close(): void;
}

/** Of the versions of the matching rules and of the score: any change makes stored results comparable no longer. 31 bits, as the column holds. */
const MATCHER = matcherNumber({ ...MATCHER_VERSIONS, score: SCORE_FORMULA });

export function matcherNumber(versions: Readonly<Record<string, number>>): number {
  const sorted = Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest().readUInt32BE() >>> 1;
}

/** Nothing that asked for a database works with it longer than this; who does finds it closed, fails, and asks again. */
const IDLE_MS = 3_600_000;

interface Opened {
  readonly database: AdvisoryDatabase;
  asked: number;
}

export interface AdvisoryClocks {
  /** Milliseconds, monotonic. */
  readonly elapsed: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function advisoryFiles(folder: string, { elapsed, now }: AdvisoryClocks): AdvisoryFiles {
  const opened = new Map<string, Opened>();
  let published = '';
  const openPlace = (place: string): AdvisoryDatabase | undefined => {
    const known = opened.get(place);
    if (known !== undefined) {
      known.asked = elapsed();
      return known.database;
    }
    const [advisories = '', enrichments = ''] = place.split(' ');
    if (!existsSync(join(folder, advisories))) return undefined;
    const database = openDatabase(join(folder, advisories), enrichments === '' ? undefined : join(folder, enrichments));
    opened.set(place, { database, asked: elapsed() });
    return database;
  };
  const closeIdle = (): void => {
    for (const [place, { database, asked }] of opened) {
      if (place === published || elapsed() - asked < IDLE_MS) continue;
      opened.delete(place);
      database.close();
    }
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
      closeIdle();
      const pointer = currentPointer(folder);
      if (pointer === null) return undefined;
      const place = placeOf(pointer);
      const database = place === published ? undefined : openPlace(place);
      if (database === undefined) return undefined;
      const done = await publishRevision(pool, describe(database, place), { rollback: pointer.rollback === true, now: now() });
      published = place;
      return done;
    },
    close() {
      for (const { database } of opened.values()) database.close();
      opened.clear();
    },
  };
}

function describe({ info, enrichmentInfo }: AdvisoryDatabase, place: string): Omit<Revision, 'id'> {
  return {
    digest: info.revision,
    enrichment: enrichmentInfo?.revision ?? '0'.repeat(64),
    place,
    matcher: MATCHER,
    builtAt: new Date(info.builtAt),
    counts: { documents: info.documents, records: info.records, enrichments: enrichmentInfo?.entries ?? 0 },
  };
}

function placeOf(pointer: { readonly advisories: string; readonly enrichments: string | null }): string {
  return pointer.enrichments === null ? pointer.advisories : `${pointer.advisories} ${pointer.enrichments}`;
}
