import { createTestDatabase } from '@assay/testkit/postgres.ts';
import { expect, test } from 'vitest';
import { takeTurn } from './feeds.ts';

test('of several processes one updates the advisories, and the next when the time has come', async () => {
  const db = await createTestDatabase();
  try {
    const turns = await Promise.all([1, 2, 3, 4].map(() => takeTurn(db.worker, 6)));
    expect(turns.filter(Boolean)).toHaveLength(1);
    expect(await takeTurn(db.worker, 6)).toBe(false);
    await db.worker.query("update progress set at = now() - interval '6 hours' where consumer = 'feeds'");
    expect(await takeTurn(db.worker, 6)).toBe(true);
  } finally {
    await db.drop();
  }
});
