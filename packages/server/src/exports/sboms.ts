import { AssayError } from '@assay/core/errors.ts';
import { inTransaction } from '../db/pool.ts';
import { encryptWhole } from './encrypted-upload.ts';
import { NO_FINDINGS } from './report.ts';
import { sbomDocument } from './sbom-document.ts';
import { documentName, nextResources } from './sbom-resources.ts';
import type { Writing } from './write-export.ts';

interface SbomCheckpoint {
  readonly after: number;
  readonly items: number;
  readonly bytes: number;
}

/** Resources read in one statement. */
const BATCH = 20;

/** One encrypted document for each resource that matches and has an inventory. A document written twice, after a crash, is replaced by itself. */
export async function writeSboms(writing: Writing): Promise<{ readonly location: string }> {
  const { one, objects, place, world } = writing;
  let at = (one.checkpoint as SbomCheckpoint | null) ?? { after: 0, items: 0, bytes: 0 };
  for (;;) {
    const scope = { criteria: one.criteria as object, accounts: one.accounts, region: world.region };
    const resources = await inTransaction(world.pool, (tx) => nextResources(tx, scope, { after: at.after, limit: BATCH }));
    if (resources.length === 0) break;
    for (const resource of resources) {
      writing.signal.throwIfAborted();
      const document = await inTransaction(world.pool, (tx) => sbomDocument(tx, world, { resource, format: one.format }));
      const bytes = await encryptWhole(writing.keys, writing, Buffer.from(JSON.stringify(document)));
      await objects.put({ bucket: place.bucket, key: `${place.key}/${documentName(resource)}` }, bytes);
      at = { after: resource.id, items: at.items + 1, bytes: at.bytes + bytes.length };
    }
    await writing.save({ checkpoint: at, items: at.items, bytes: at.bytes });
  }
  if (at.items === 0) throw new AssayError(NO_FINDINGS, 'No resource with an inventory matches the criteria of the export.');
  return { location: objects.describe(place) };
}
