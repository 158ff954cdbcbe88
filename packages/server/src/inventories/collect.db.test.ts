import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CollectableBlobs, directoryBlobs } from '../blobs/blobs.ts';
import { advisory, type Estate, estateOf, image } from '../findings/write/testdata/estate.ts';
import { enqueue } from '../jobs/queue.ts';
import { collectGarbage } from './collect.ts';

let db: TestDatabase;
let folder = '';
let blobs: CollectableBlobs;
let estate: Estate;
beforeAll(async () => {
  db = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'assay-collect-'));
  blobs = directoryBlobs(folder);
  const revisions = memoryRevisions();
  await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
  estate = Object.assign(estateOf(db, revisions), { blobs });
});
afterAll(async () => {
  await db.drop();
  rmSync(folder, { recursive: true });
});

const DAY = 86_400_000;
const fileOf = (key: string): string => path.join(folder, key.slice(7, 9), key.slice(9));
const scan = (name: string, version: string) => estate.scan(1, image(name, [`a@${version}`]));

async function named(): Promise<string[]> {
  const { rows } = await db.worker.query<{ evidence: string }>(
    'select i.evidence from resource r join inventory i on i.account = r.account and i.id = r.inventory',
  );
  return rows.map((row) => row.evidence);
}

test('what nothing names is removed after a day; what is named, young or waited for stays', async () => {
  await scan('x', '1.0.0');
  const [first = ''] = await named();
  await scan('x', '1.1.0');
  const loose = await blobs.put(Buffer.from('nobody'));
  const waiting = await blobs.put(Buffer.from('submitted'));
  await enqueue(db.worker, { account: 1, kind: 'submit', key: 'k', lane: 'submit', payload: { blob: waiting } });
  expect(await collectGarbage(db.worker, blobs, Date.now())).toEqual({ inventories: 0, blobs: 0 });
  expect(await collectGarbage(db.worker, blobs, Date.now() + 2 * DAY)).toEqual({ inventories: 1, blobs: 2 });
  expect([await blobs.get(loose), await blobs.get(first)]).toEqual([undefined, undefined]);
  expect(await blobs.get(waiting)).toBeDefined();
  for (const key of await named()) expect(await blobs.get(key)).toBeDefined();
});

test('a blob that is put again is young again', async () => {
  const key = await blobs.put(Buffer.from('twice'));
  utimesSync(fileOf(key), 0, 0);
  await blobs.put(Buffer.from('twice'));
  await collectGarbage(db.worker, blobs, Date.now());
  expect(await blobs.get(key)).toBeDefined();
});

test('nothing that a resource holds is ever removed, whatever is committed meanwhile', async () => {
  const step = fc.record({ name: fc.constantFrom('x', 'y', 'z'), version: fc.constantFrom('1.0.0', '1.1.0', '1.2.0') });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async (steps) => {
      // Everything counts as old, so only what is named, locked or put during this run may stay.
      await db.worker.query("update inventory set created_at = '2000-01-01'");
      for (const key of await named()) utimesSync(fileOf(key), 0, 0);
      const collecting = (async () => {
        for (let n = 0; n < 3; n++) await collectGarbage(db.worker, blobs, Date.now());
      })();
      await Promise.all([collecting, ...steps.map((one) => scan(one.name, one.version).catch(lostFence))]);
      const { rows } = await db.worker.query<{ held: boolean }>(
        'select exists (select from inventory i where i.account = r.account and i.id = r.inventory) as held from resource r',
      );
      expect(rows.every((row) => row.held)).toBe(true);
      for (const key of await named()) expect(await blobs.get(key)).toBeDefined();
    }),
    { seed: 11, numRuns: 12 },
  );
});

/** Of two scans of one resource at once the older one gives way. */
function lostFence(error: Error): void {
  if (error.constructor.name !== 'FenceLost') throw error;
}
