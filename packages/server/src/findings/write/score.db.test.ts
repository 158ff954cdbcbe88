import type { Enrichment } from '@assay/core/advisory.ts';
import { parseCvss } from '@assay/core/cvss.ts';
import { EXPOSURE_CODES, type Exposure } from '@assay/core/score.ts';
import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../db/pool.ts';
import { findingToWire } from '../../services/inspector2/shapes/finding.ts';
import { readFindings } from '../read.ts';
import { evaluate } from './evaluate.ts';
import { rescoreResources } from './rescore.ts';
import { advisory, type Estate, estateOf, image } from './testdata/estate.ts';

const HARD = 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H';
const kev: Enrichment['kev'] = { dateAdded: '2026-01-02', dateDue: '2026-01-23', action: 'Patch.', ransomware: true, name: 'Trouble' };

describe('scores of findings', () => {
  let db: TestDatabase;
  let revisions: MemoryRevisions;
  let estate: Estate;
  beforeEach(async () => {
    db = await createTestDatabase();
    revisions = memoryRevisions();
    estate = estateOf(db, revisions);
  });
  afterEach(() => db.drop());

  const run = () => evaluate({ pool: db.worker, revisions, ctx: estate.ctx, naming: estate.naming, chunk: 2 });
  const rows = async () =>
    (
      await db.worker.query<{ id: number; name: string; severity: number; score: number; xmin: string }>(
        'select f.id, i.name, f.severity, f.score, f.xmin from finding f join issue i on i.id = f.issue order by i.name, f.id',
      )
    ).rows;
  const lastEvent = async () => (await db.worker.query('select kind, actor, change from finding_event order by seq desc limit 1')).rows[0];
  const expose = (resource: number, exposure: Exposure) =>
    inTransaction(db.worker, async (tx) => {
      await tx.query('update resource set exposure = $2 where id = $1', [resource, EXPOSURE_CODES[exposure]]);
      return rescoreResources(
        tx,
        { account: 1, resources: [resource] },
        { revision: 1, actor: 'exposure', now: new Date(estate.now), naming: estate.naming },
      );
    });
  const shown = async () => {
    const [row] = await rows();
    const [view] = await readFindings(await client(), [{ account: 1, id: row!.id }]);
    return findingToWire(view!, 'arn', 'us-east-1');
  };
  const client = async () => db.worker as never;

  it('an exposure that becomes known changes AV and says why; unknown and internet are the same', async () => {
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
    const scan = await estate.scan(1, image('app', ['a@1.0.0']));
    expect(await rows()).toMatchObject([{ severity: 5, score: 9.8 }]);
    expect(await expose(scan.resource, 'INTERNET')).toMatchObject({ changed: 0 });
    expect(await expose(scan.resource, 'PRIVATE_NETWORK')).toMatchObject({ changed: 1 });
    expect(await rows()).toMatchObject([{ severity: 4, score: 8.8 }]);
    expect(await lastEvent()).toEqual({
      kind: 4,
      actor: 'exposure',
      change: expect.objectContaining({ severity: [5, 4], score: [9.8, 8.8] }),
    });
    const adjusted = (await shown()).inspectorScoreDetails?.adjustedCvss;
    expect(adjusted).toMatchObject({
      scoreSource: 'ASSAY',
      cvssSource: 'test',
      score: 8.8,
      adjustments: [{ metric: 'AV', reason: 'The resource can be reached from its private network only.' }],
    });
    expect(parseCvss(adjusted?.scoringVector ?? '')?.baseScore).toBe(8.8);
    // A scan that comes afterwards keeps to it.
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '3.0.0')]);
    await run();
    expect((await estate.scan(1, image('app', ['a@1.0.0']))).findings).toMatchObject({ changed: 0 });
    expect(await rows()).toMatchObject([{ severity: 4, score: 8.8 }]);
  });

  it('an exploit that becomes known scores its findings anew, everywhere, and no others', async () => {
    const advisories = [advisory('CVE-2026-1', 'a', '2.0.0', HARD), advisory('CVE-2026-2', 'b', '2.0.0', HARD)];
    await revisions.publish(db.worker, advisories, [{ id: 'CVE-2026-1', exploitDb: { ids: [7] } }]);
    await run();
    for (const app of ['one', 'two']) await estate.scan(1, image(app, ['a@1.0.0', 'b@1.0.0']));
    const before = await rows();
    expect(before.map((row) => row.score)).toEqual([8.1, 8.1, 8.1, 8.1]);
    await revisions.publish(db.worker, advisories, [{ id: 'CVE-2026-1', exploitDb: { ids: [7] }, kev }]);
    expect(await run()).toMatchObject({ changed: 2, resources: 2 });
    const after = await rows();
    expect(after.map((row) => row.score)).toEqual([9.8, 9.8, 8.1, 8.1]);
    expect(after.slice(2)).toEqual(before.slice(2));
    expect(await shown()).toMatchObject({
      exploitAvailable: 'YES',
      inspectorScoreDetails: { adjustedCvss: { score: 9.8, adjustments: [{ metric: 'AC' }] } },
    });
    // And back, when the evidence is withdrawn.
    await revisions.publish(db.worker, advisories, []);
    expect(await run()).toMatchObject({ changed: 2 });
    expect(await shown()).toMatchObject({ exploitAvailable: 'NO', inspectorScore: 8.1 });
  });

  it('EPSS, published proofs of concept and use rewrite no finding', async () => {
    const advisories = [advisory('CVE-2026-1', 'a', '2.0.0', HARD)];
    await revisions.publish(db.worker, advisories, [{ id: 'CVE-2026-1', epss: { score: 0.1, date: '2026-01-01' } }]);
    await run();
    await estate.scan(1, image('one', ['a@1.0.0']));
    const before = await rows();
    await revisions.publish(db.worker, advisories, [
      { id: 'CVE-2026-1', epss: { score: 0.9, date: '2026-01-02' }, exploitDb: { ids: [1], lastAt: '2026-01-02' } },
    ]);
    await run();
    await db.worker.query('update resource set in_use_count = 5, last_in_use_at = now()');
    expect(await rows()).toEqual(before);
    expect(await shown()).toMatchObject({ epss: { score: 0.9 }, exploitAvailable: 'YES' });
  });

  it('the same number from another source is noted without an event', async () => {
    const bare = { ...advisory('CVE-2026-1', 'a', '2.0.0'), severity: [] };
    const by = (source: string): Enrichment => ({ id: 'CVE-2026-1', cve: { severities: [{ type: 'CVSS_V3', score: HARD, source }] } });
    await revisions.publish(db.worker, [bare], [by('redhat')]);
    await run();
    await estate.scan(1, image('one', ['a@1.0.0']));
    const before = await rows();
    await revisions.publish(db.worker, [bare], [by('NVD')]);
    expect(await run()).toMatchObject({ changed: 0, resources: 1 });
    expect(await rows()).toEqual(before);
    expect((await shown()).inspectorScoreDetails?.adjustedCvss).toMatchObject({ cvssSource: 'NVD', score: 8.1 });
    expect((await db.worker.query('select count(*)::int as n from finding_event')).rows).toEqual([{ n: 1 }]);
  });

  it('rows from before scores had a basis get theirs with the next matcher, and no event', async () => {
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
    await run();
    await estate.scan(1, image('one', ['a@1.0.0']));
    await db.owner.query('update finding_package set basis = 0; update revision set matcher = 0');
    expect((await shown()).inspectorScoreDetails).toBeUndefined();
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-2', 'z', '2.0.0')]);
    expect(await run()).toMatchObject({ changed: 0 });
    expect((await shown()).inspectorScoreDetails?.adjustedCvss).toMatchObject({ score: 9.8, adjustments: [] });
    expect((await db.worker.query('select count(*)::int as n from finding_event')).rows).toEqual([{ n: 1 }]);
  });

  it('a malicious package is critical without any vector, in the formula as well', async () => {
    const malicious = { ...advisory('MAL-2026-1', 'a', '2.0.0'), severity: [], assay: { feed: 'ossf', malicious: true } };
    await revisions.publish(db.worker, [malicious]);
    await estate.scan(1, image('one', ['a@1.0.0']));
    expect(await rows()).toMatchObject([{ severity: 5, score: 9.8 }]);
    expect((await shown()).inspectorScoreDetails?.adjustedCvss?.adjustments).toEqual([
      { metric: 'ALL', reason: 'ossf reports the package itself as malicious.' },
    ]);
  });
});
