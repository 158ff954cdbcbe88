import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { keepFindings } from './retention.ts';
import { advisory, type Estate, estateOf, image } from './write/testdata/estate.ts';

const DAY = 86_400_000;

describe('how long closed findings are kept', () => {
  let db: TestDatabase;
  let revisions: MemoryRevisions;
  let estate: Estate;
  beforeEach(async () => {
    db = await createTestDatabase();
    revisions = memoryRevisions();
    estate = estateOf(db, revisions);
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-2', 'b', '2.0.0')]);
    await estate.scan(1, image('one', ['a@1.0.0', 'b@1.0.0']));
    await estate.scan(1, image('two', ['a@1.0.0']));
    estate.now += DAY;
    await estate.scan(1, image('one', ['b@1.0.0']));
    estate.now += 5 * DAY;
    await estate.scan(1, image('two', ['a@2.0.0']));
  });
  afterEach(() => db.drop());
  const keep = (days: number) => keepFindings(db.worker, days, new Date(estate.now));
  const rows = async (table: string) => (await db.worker.query(`select from ${table}`)).rows.length;

  it('for ever, unless days are set; then without what belongs to them, and never an open one', async () => {
    expect(await keep(0)).toBe(0);
    expect(await estate.findings()).toHaveLength(3);
    expect(await keep(3)).toBe(1);
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-2 one b@1.0.0', 'CLOSED CVE-2026-1 two a@1.0.0']);
    expect([await rows('finding_package'), await rows('finding_event')]).toEqual([2, 3]);
    expect(await keep(3)).toBe(0);
    // It comes back as a new one.
    expect((await estate.scan(1, image('one', ['a@1.0.0', 'b@1.0.0']))).findings).toMatchObject({ opened: 1, reopened: 0 });
  });

  it('a finding whose resource somebody writes is left alone', async () => {
    await inTransaction(db.worker, async (tx) => {
      await tx.query("select from resource where repository = 'one' for update");
      expect(await keep(3)).toBe(0);
    });
    expect(await keep(3)).toBe(1);
  });
});
