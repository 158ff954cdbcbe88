import type { Inventory } from '@assay/core/inventory.ts';
import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { advisory, type Estate, estateOf, image } from '../findings/write/testdata/estate.ts';
import { claim } from '../jobs/queue.ts';
import { describeResource } from '../resources/describe.ts';
import { lookedBy } from '../service/look-lanes.ts';
import { RESCAN, requestScan } from '../service/scan-request.ts';
import { commitInventory } from './commit.ts';
import { markOutdated } from './outdated.ts';

let db: TestDatabase;
let revisions: MemoryRevisions;
let estate: Estate;
beforeEach(async () => {
  db = await createTestDatabase();
  revisions = memoryRevisions();
  estate = estateOf(db, revisions);
  await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
});
afterEach(() => db.drop());

const sbom = (name: string): Inventory['subject'] => ({ kind: 'sbom', name, format: 'cyclonedx', digest: `sha256:${'0'.repeat(64)}` });

interface Seen {
  readonly minute: number;
  readonly tag?: string;
  readonly platform?: string;
  readonly digest?: string;
}
/** Commits what was seen in a minute of the present hour. */
async function commit(inventory: Inventory, { minute, tag, platform, digest }: Seen): Promise<string> {
  const observedAt = new Date(estate.now + minute * 60_000);
  const naming = {
    account: 1,
    region: 'us-east-1',
    ...(tag === undefined ? {} : { tags: [tag] }),
    ...(platform === undefined ? {} : { platform }),
  };
  const described = describeResource(inventory, naming);
  const resource = digest === undefined ? described : { ...described, arn: `${described.arn}${digest}`, digest };
  await commitInventory(estate, { account: 1, inventory, resource, observedAt });
  return resource.arn;
}
const tags = async (): Promise<string[]> => {
  const sql =
    "select r.digest || ' ' || t.value as line from resource_tag t join resource r on r.account = t.account and r.id = t.resource where t.space = 1 order by 1";
  return (await db.worker.query<{ line: string }>(sql)).rows.map(({ line }) => line);
};

describe('what was seen later', () => {
  test('is not overwritten by what was submitted earlier and gets its turn after it', async () => {
    await commit(image('app', ['a@2.0.0']), { minute: -1 });
    expect(await estate.findings()).toEqual([]);
    await expect(commit(image('app', ['a@1.0.0']), { minute: -2 })).rejects.toThrow('Something newer');
    expect(await estate.findings()).toEqual([]);
    await commit(image('app', ['a@1.0.0']), { minute: 0 });
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 app a@1.0.0']);
  });

  test('keeps nobody out when its clock had run ahead', async () => {
    await commit(image('app', ['a@2.0.0']), { minute: 400 * 24 * 60 });
    await commit(image('app', ['a@1.0.0']), { minute: 0 });
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 app a@1.0.0']);
  });

  test('has the tag: one image of a repository for each architecture, which a submitter may name', async () => {
    const app = { ...image('app', ['a@1.0.0']), subject: sbom('app') };
    await commit(app, { minute: -9, tag: 'v1', digest: 'old', platform: 'linux/amd64' });
    await commit(app, { minute: -8, tag: 'v1', digest: 'arm', platform: 'linux/arm64' });
    await commit(app, { minute: -7, tag: 'v1', digest: 'new', platform: 'linux/amd64' });
    await commit(image('other', ['a@1.0.0']), { minute: -6, tag: 'v1', digest: 'far', platform: 'linux/amd64' });
    expect(await tags()).toEqual(['arm v1', 'far v1', 'new v1']);
  });
});

test('the first look at something is told with its counts, the next are not', async () => {
  const arn = await commit(image('app', ['a@1.0.0']), { minute: -2, tag: 'v1' });
  await commit(image('app', ['a@1.0.0', 'b@1.0.0']), { minute: -1, tag: 'v1' });
  const { rows } = await db.worker.query('select subject, body from service_event where kind = 2');
  expect(rows).toEqual([
    {
      subject: arn,
      body: {
        ...{ version: '1.0', 'scan-status': 'INITIAL_SCAN_COMPLETE', 'repository-name': 'app', 'image-tags': ['v1'] },
        'image-digest': expect.stringMatching(/^sha256:/),
        'finding-severity-counts': { CRITICAL: 1, HIGH: 0, MEDIUM: 0, TOTAL: 1 },
      },
    },
  ]);
});

test('images that other catalogers read wait for a new look; SBOMs and present ones do not', async () => {
  const read = (name: string, version: number): Inventory => ({ ...image(name, ['a@1.0.0']), catalogers: { npm: version } });
  await commit(read('aa', 1), { minute: -3 });
  await commit(read('bb', 2), { minute: -2 });
  await commit({ ...read('cc', 1), subject: sbom('cc') }, { minute: -1 });
  expect(await markOutdated(db.worker, { npm: 2 })).toBe(1);
  expect(await markOutdated(db.worker, { npm: 2 })).toBe(0);
  const { rows } = await db.worker.query('select repository, scan_status, scan_reason from resource order by id');
  expect(rows.map((row) => [row.repository, row.scan_status, row.scan_reason])).toEqual([
    ['aa', 1, 4],
    ['bb', 1, 1],
    ['cc', 1, 1],
  ]);
});

describe('a scan that somebody asks for', () => {
  const ask = (arn: string, account = 1) => inTransaction(db.worker, (tx) => requestScan(tx, account, arn));

  test('of an image matches again what is stored, and is one job however often it is asked for', async () => {
    const arn = await commit(image('app', ['a@1.0.0']), { minute: 0 });
    const [first, second] = [await ask(arn), await ask(arn)];
    expect(first).toBe(second);
    expect(await claim(db.worker, 'look', { worker: 'w', leaseMs: 1000 })).toMatchObject({ id: first, kind: RESCAN, payload: { arn } });
    expect(await ask(arn, 2)).toBeUndefined();
    expect(await ask('nothing')).toBeUndefined();
  });

  test('of what a machine looked at itself is for that machine', async () => {
    const arn = await commit(image('app', ['a@1.0.0']), { minute: 0 });
    const look = { key: 'host:feedbeef', lane: 'look:feedbeef' };
    await db.worker.query(`update resource set detail = detail || $1`, [JSON.stringify({ look })]);
    const id = await ask(arn);
    expect(await claim(db.worker, 'look', { worker: 'w', leaseMs: 1000 })).toBeUndefined();
    expect(await claim(db.worker, look.lane, { worker: 'w', leaseMs: 1000 })).toMatchObject({ id, kind: 'look', key: look.key });
    expect(lookedBy('host')).not.toEqual(look);
    expect(lookedBy('sample').lane).toBe('look');
  });
});
