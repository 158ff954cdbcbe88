import { registryKindOf } from '@assay/connectors/registries.ts';
import type { RegistryEvent } from '@assay/core/registry.ts';
import { buildImage, buildIndex, sha256 } from '@assay/testkit/image-builder.ts';
import type { TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { type Estate, image as submitted } from '../findings/write/testdata/estate.ts';
import { markOutdated } from '../inventories/outdated.ts';
import { enqueue } from '../jobs/queue.ts';
import { requestQueues } from './due-crawls.ts';
import { NOTICE_LANE } from './inbox.ts';
import { requestIngest } from './ingest-request.ts';
import { readQueue } from './read-queue.ts';
import type { Shelf } from './testdata/shelf.ts';
import { HOUR, image, WatchedRegistry } from './testdata/watched-registry.ts';

const signal = new AbortController().signal;
const one = image('1.0.0');
const two = image('2.0.0');

let watched: WatchedRegistry;
let db: TestDatabase;
let shelf: Shelf;
let estate: Estate;
let id: string;
beforeEach(async () => {
  watched = await WatchedRegistry.open();
  ({ db, shelf, estate, id } = watched);
});
afterEach(() => watched.close());

const work = (): Promise<string[]> => watched.work();
const crawlAgain = (hours?: number, asked?: object): Promise<string[]> => watched.crawlAgain(hours, asked);
const lines = (sql: string): Promise<string[]> => watched.lines(sql);
const images = (): Promise<string[]> => watched.images();
async function hear(...events: readonly Partial<RegistryEvent>[]): Promise<string[]> {
  const told = events.map((event) => ({ repository: 'team/app', at: estate.now, ...event }));
  const job = { account: 1, kind: 'registry-events', key: 'k', lane: NOTICE_LANE, payload: { registry: id, events: told } };
  await enqueue(db.worker, job);
  return work();
}
/** The registry says of everything that it is archived. */
function archive(state: 'on' | 'off'): void {
  const plain = registryKindOf('oci')!;
  const images: typeof plain.images = async function* (...asked) {
    for await (const one of plain.images(...asked)) yield { ...one, archived: true };
  };
  watched.deps = { ...watched.deps, sourceOf: state === 'off' ? registryKindOf : () => ({ ...plain, images }) };
}

describe('a crawl', () => {
  it('finds every platform of an index, looks at each once, and reads nothing again', async () => {
    const arm = image('1.0.0', 'arm64');
    const index = buildIndex([{ image: one }, { image: arm }]);
    shelf.push('team/app:v1', index, [one, arm]);
    await work();
    expect(await images()).toEqual(['team/app amd64 active 1 v1', 'team/app arm64 active 1 v1']);
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0', 'ACTIVE CVE-2026-1 team/app a@1.0.0']);
    expect((await crawlAgain()).filter((line) => line.startsWith('GET') && line.includes('manifests'))).toEqual([]);
  });

  it('keeps what a tag meant, and what can still be pulled after its tag moved', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    await work();
    shelf.push('team/app:v1', two.manifest, [two]);
    await crawlAgain();
    expect(await images()).toEqual(['team/app amd64 active 1', 'team/app amd64 active 1 v1']);
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0']);
    expect(await lines(`select tag || ' ' || (until is null) as line from repo_tag order by since`)).toEqual(['v1 false', 'v1 true']);
  });

  it('asks again within a day for what lost its tag when somebody wants to know, and not by itself', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    await work();
    shelf.push('team/app:v1', two.manifest, [two]);
    const old = (asked: readonly string[]) => asked.filter((line) => line.startsWith('HEAD') && line.includes(one.manifest.digest)).length;
    expect(old(await crawlAgain())).toBe(1);
    expect(old(await crawlAgain())).toBe(0);
    expect(old(await crawlAgain(1, { fresh: true }))).toBe(1);
  });

  it('ends nothing when it fails half-way', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    await work();
    shelf.broken = 403;
    await expect(crawlAgain()).rejects.toThrow();
    shelf.broken = undefined;
    expect(await images()).toEqual(['team/app amd64 active 1 v1']);
    expect(await lines('select (error is not null)::text as line from registry')).toEqual(['true']);
  });

  it('holds a registry that lost much until a second complete crawl says so too', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    await work();
    shelf.remove('team/app', one.manifest.digest);
    await crawlAgain();
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0']);
    expect(await lines('select held::text as line from registry')).toEqual(['1']);
    await crawlAgain();
    expect(await estate.findings()).toEqual(['CLOSED CVE-2026-1 team/app a@1.0.0']);
    expect(await images()).toEqual(['team/app amd64 inactive 12']);
    shelf.push('team/app:v1', one.manifest, [one]);
    await crawlAgain();
    expect(await images()).toEqual(['team/app amd64 active 4 v1']);
    expect(await lines(`select kind || ' ' || count(*) as line from job where lane = 'eligibility' group by kind`)).toEqual(['revive 1']);
  });

  it('believes an operator who agrees that much is gone, and keeps what runs', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    shelf.push('team/app:v2', two.manifest, [two]);
    await work();
    await db.worker.query(`update resource set in_use_count = 3 where digest = $1`, [one.manifest.digest]);
    shelf.remove('team/app', one.manifest.digest);
    await crawlAgain(1, { agreed: true });
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0']);
    const sql = `select (deleted_at is not null and gone_at is null)::text as line from resource where kind = 2 and digest = '${one.manifest.digest}'`;
    expect(await lines(sql)).toEqual(['true']);
  });

  it('looks at what was pushed once, at what is left to people not at all, and again when that changes', async () => {
    const rules = async (frequencies: unknown): Promise<unknown> =>
      db.worker.query('update registry set frequencies = $1', [JSON.stringify(frequencies)]);
    await rules([
      { pattern: 'hand/*', frequency: 'MANUAL' },
      { pattern: '**', frequency: 'SCAN_ON_PUSH' },
    ]);
    shelf.push('hand/app:v1', one.manifest, [one]);
    shelf.push('team/app:v1', one.manifest, [one]);
    await work();
    expect(await images()).toEqual(['hand/app amd64 inactive 25 v1', 'team/app amd64 inactive 26 v1']);
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0']);
    expect(await lines('select concat(repository, scan_status, scan_reason) as line from resource where kind = 3 order by 1')).toEqual([
      'hand/app225',
      'team/app126',
    ]);
    await rules([]);
    await crawlAgain();
    expect(await images()).toEqual(['hand/app amd64 active 1 v1', 'team/app amd64 active 4 v1']);
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 hand/app a@1.0.0', 'ACTIVE CVE-2026-1 team/app a@1.0.0']);
  });

  it('knows signatures, charts and attestations for what they are, and looks at the images beside them', async () => {
    const signature = buildImage({
      layers: [{ tar: Buffer.from('{}'), packing: 'none', mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' }],
    });
    const chart = buildImage({ configMediaType: 'application/vnd.cncf.helm.config.v1+json', layers: [{ items: [] }] });
    const attestation = buildImage({
      architecture: 'unknown',
      os: 'unknown',
      layers: [{ items: [], mediaType: 'application/vnd.in-toto+json' }],
    });
    const index = buildIndex([{ image: one }, { image: attestation, platform: { os: 'unknown', architecture: 'unknown' } }]);
    shelf.push('team/app:v1', index, [one, attestation]);
    shelf.push(`team/app:${one.manifest.digest.replace(':', '-')}.sig`, signature.manifest, [signature]);
    shelf.push('charts/app:1', chart.manifest, [chart]);
    await work();
    expect(await images()).toEqual(['team/app amd64 active 1 v1']);
    expect(await lines('select concat(kind, artifact_type) as line from manifest order by 1')).toEqual([
      '1',
      '2',
      '3application/vnd.cncf.helm.config.v1+json',
      '3application/vnd.dev.cosign.simplesigning.v1+json',
    ]);
    expect(await lines('select error as line from repo_manifest where error is not null or ingested_at is null')).toEqual([]);
  });

  it('says of an image that cannot be read why, and looks at the platforms that can', async () => {
    const arm = image('1.0.0', 'arm64');
    const gone = image('1.0.0', 's390x');
    const old = { bytes: Buffer.from('{"schemaVersion": 1}'), mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws' };
    const schema1 = { ...old, digest: sha256(old.bytes) };
    shelf.push('team/app:v1', buildIndex([{ image: one }, { image: arm }, { image: gone }]), [one, arm, gone]);
    shelf.remove('team/app', gone.manifest.digest);
    shelf.push('old/app:v1', schema1, []);
    await work();
    expect(await images()).toEqual(['old/app inactive 17 v1', 'team/app amd64 active 1 v1', 'team/app arm64 active 1 v1']);
    expect(await lines(`select detail->>'reason' as line from resource where repository = 'old/app' and kind = 2`)).toEqual([
      expect.stringContaining('schema 1'),
    ]);
    expect(await lines('select repository as line from repo_manifest where error is not null order by 1')).toEqual(['old/app', 'team/app']);
    expect((await crawlAgain()).filter((line) => line.startsWith('GET') && line.includes('manifests'))).toEqual([]);
  });

  it('keeps what a damaged tag meant, and looks at what else changed', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    shelf.push('team/app:v2', one.manifest, [one]);
    await work();
    shelf.damaged.add(one.manifest.digest);
    shelf.push('team/app:v3', two.manifest, [two]);
    await crawlAgain();
    await crawlAgain(25);
    expect(await images()).toEqual(['team/app amd64 active 1 v1,v2', 'team/app amd64 active 1 v3']);
    expect(await lines('select error as line from registry')).toEqual([null]);
    shelf.damaged.clear();
    shelf.untag('team/app:v2');
    await crawlAgain();
    expect(await images()).toEqual(['team/app amd64 active 1 v1', 'team/app amd64 active 1 v3']);
  });

  it('takes what was read of the same image elsewhere, once the repository has it', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    await work();
    shelf.push('other/app:v9', buildIndex([{ image: one }]), [one]);
    const asked = await crawlAgain();
    expect(asked.filter((line) => line.includes('blobs') || line.startsWith('GET other/app/manifests'))).toEqual([
      expect.stringContaining('GET'),
    ]);
    expect(await images()).toEqual(['other/app amd64 active 1 v9', 'team/app amd64 active 1 v1']);
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 other/app a@1.0.0', 'ACTIVE CVE-2026-1 team/app a@1.0.0']);
    await inTransaction(db.worker, (tx) =>
      requestIngest(tx, { account: 1, host: shelf.host, repository: 'no/app', digest: one.manifest.digest }),
    );
    await expect(work()).rejects.toThrow('has no image');
    expect((await images()).length).toBe(2);
  });

  it('reads again by itself what older catalogers read, while a registry that is watched has it', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    shelf.push('team/app:v2', two.manifest, [two]);
    await work();
    await db.worker.query(`update inventory set catalogers = '\\x00'`);
    shelf.remove('team/app', two.manifest.digest);
    await crawlAgain(1, { agreed: true });
    await estate.scan(1, submitted('local/app', ['a@1.0.0']));
    const { catalogers } = await import('@assay/scan/catalogers.ts');
    expect(await markOutdated(db.worker, Object.fromEntries(catalogers.map(({ id, version }) => [id, version])))).toBe(2);
    expect((await work()).filter((line) => line.includes('manifests'))).toEqual([`GET team/app/manifests/${one.manifest.digest}`]);
    expect(await images()).toEqual(['local/app amd64 active 4', 'team/app amd64 active 1 v1', 'team/app amd64 inactive 12']);
  });

  it('closes what is archived and does not run, tries none of it, and brings it back when it is restored', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    shelf.push('team/used:v1', one.manifest, [one]);
    await work();
    await db.worker.query(`update resource set in_use_count = 2 where kind = 2 and repository = 'team/used'`);
    shelf.push('team/app:v2', two.manifest, [two]);
    archive('on');
    const asked = await crawlAgain();
    expect(asked.filter((line) => line.includes('blobs') || line.startsWith('GET team/app/manifests'))).toEqual([]);
    expect(await images()).toEqual(['team/app amd64 inactive 23 v1', 'team/used amd64 active 1 v1']);
    const closed = ['ACTIVE CVE-2026-1 team/used a@1.0.0', 'CLOSED CVE-2026-1 team/app a@1.0.0'];
    expect(await estate.findings()).toEqual(closed);
    await db.worker.query('update resource set in_use_count = case repository when $1 then 1 else 0 end where kind = 2', ['team/app']);
    await crawlAgain();
    expect(await images()).toEqual(['team/app amd64 active 4 v1', 'team/used amd64 inactive 23 v1']);
    archive('off');
    await crawlAgain();
    expect(await images()).toEqual(['team/app amd64 active 1 v2', 'team/app amd64 active 4 v1', 'team/used amd64 active 4 v1']);
  });

  it('looks only at repositories that it shall', async () => {
    await db.worker.query(`update registry set include = '{other/*}'`);
    shelf.push('team/app:v1', one.manifest, [one]);
    await work();
    expect(await images()).toEqual([]);
  });
});

describe('what a registry tells', () => {
  beforeEach(() => work());

  it('is looked at, whatever its platforms, without a list of anything', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    const asked = await hear({ action: 'push', digest: one.manifest.digest, tag: 'v1' });
    expect(await images()).toEqual(['team/app amd64 active 1 v1']);
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0']);
    expect(asked.filter((line) => /tags|_catalog/.test(line))).toEqual([]);
    shelf.push('team/app:v1', two.manifest, [two]);
    estate.now += HOUR;
    await hear({ action: 'push', digest: two.manifest.digest, tag: 'v1' });
    expect(await images()).toEqual(['team/app amd64 active 1', 'team/app amd64 active 1 v1']);
    // A notification that comes late takes the tag from nobody.
    await hear({ action: 'push', digest: one.manifest.digest, tag: 'v1', at: estate.now - HOUR });
    expect(await lines(`select digest as line from repo_tag where until is null`)).toEqual([two.manifest.digest]);
    // Nor does it bring one back that is gone since.
    await db.worker.query('update repo_tag set until = $1 where until is null', [new Date(estate.now)]);
    await hear({ action: 'push', digest: one.manifest.digest, tag: 'v1', at: estate.now - HOUR / 2 });
    expect(await lines(`select digest as line from repo_tag where until is null`)).toEqual([]);
  });

  it('moves the date of a pull, never back, never by our own reading', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    await hear({ action: 'push', digest: one.manifest.digest, tag: 'v1' });
    const pulled = async () => (await db.worker.query('select pulled_at from resource where kind = 2')).rows[0].pulled_at;
    expect(await pulled()).toBeNull();
    // Nobody says who this was, and we were there.
    await hear({ action: 'pull', digest: one.manifest.digest, at: estate.now + 2000 });
    expect(await pulled()).toBeNull();
    const other = { action: 'pull', digest: one.manifest.digest, userAgent: 'containerd/2' } as const;
    await hear({ ...other, at: estate.now + 1000 });
    await hear({ ...other, at: estate.now - HOUR });
    expect(await pulled()).toEqual(new Date(estate.now + 1000));
    await crawlAgain();
    expect(await pulled()).toEqual(new Date(estate.now - HOUR + 1000));
  });

  it('ends what it says was deleted once the registry says so too', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    await hear({ action: 'push', digest: one.manifest.digest, tag: 'v1' });
    await hear({ action: 'delete', digest: one.manifest.digest });
    expect(await images()).toEqual(['team/app amd64 active 1 v1']);
    shelf.remove('team/app', one.manifest.digest);
    estate.now += HOUR;
    await hear({ action: 'delete', digest: one.manifest.digest });
    expect(await estate.findings()).toEqual(['CLOSED CVE-2026-1 team/app a@1.0.0']);
    expect(await images()).toEqual(['team/app amd64 inactive 12']);
  });

  it('waits in a queue until it was acted on', async () => {
    shelf.push('team/app:v1', one.manifest, [one]);
    const event = { action: 'push', timestamp: new Date(estate.now).toISOString(), request: { method: 'PUT' } };
    const target = { mediaType: one.manifest.mediaType, repository: 'team/app', digest: one.manifest.digest, tag: 'v1' };
    const waiting = [Buffer.from('no notification'), Buffer.from(JSON.stringify({ events: [{ ...event, target }] }))];
    const queued = async function* () {
      for (const body of [...waiting]) yield { body, done: async () => void waiting.splice(waiting.indexOf(body), 1) };
    };
    const plain = watched.deps.sourceOf('oci')!;
    const job = { ...{ id: 1, account: 1, kind: 'registry-queue', key: id, lane: 'l' }, attempts: 1, fence: 1, payload: {} };
    await readQueue(job, { ...watched.deps, sourceOf: () => ({ ...plain, queued }) }, signal);
    expect(waiting).toEqual([]);
    await work();
    expect(await images()).toEqual(['team/app amd64 active 1 v1']);
    await db.worker.query(`update registry set config = config || '{"queueUrl": "https://sqs.example/q"}'`);
    await requestQueues(db.worker, new Date(estate.now));
    expect(await lines(`select key as line from job where kind = 'registry-queue'`)).toEqual([id]);
  });
});
