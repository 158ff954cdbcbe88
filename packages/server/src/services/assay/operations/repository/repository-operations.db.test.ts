import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AssayCaller, startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

const HOST = 'registry.example.com';
const digest = (n: number): string => `sha256:${String(n).padStart(64, '0')}`;
const day = (n: number): Date => new Date(Date.UTC(2026, 4, n));

let service: TestService;
let call: AssayCaller;
let outsider: AssayCaller;

async function resource(values: {
  kind: number;
  repository: string;
  digest?: string;
  arch?: string;
  inUse?: number;
  account?: number;
}): Promise<void> {
  const { kind, repository, arch, inUse = 0, account = 7 } = values;
  await service.db.owner.query(
    `insert into resource (account, kind, arn, registry, repository, digest, arch, in_use_count, scan_status, scan_reason, detail)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 1, 1, '{"scanFrequency": "CONTINUOUS_SCAN"}')`,
    [account, kind, `arn:${repository}/${values.digest ?? ''}`, HOST, repository, values.digest ?? null, arch ?? null, inUse],
  );
}
const held = (repository: string, one: string, at: Date): Promise<unknown> =>
  service.db.owner.query(
    'insert into repo_manifest (account, registry, repository, digest, pushed_at, first_seen, last_seen) values (7, $1, $2, $3, $4, $4, $4)',
    [HOST, repository, one, at],
  );

beforeAll(async () => {
  service = await startTestService({ now: Date.now });
  call = await service.callerOf({ account: 7, name: 'v', role: 'viewer' });
  outsider = await service.callerOf({ account: 8, name: 'v', role: 'viewer' });
  const { owner } = service.db;
  for (const name of ['team/app', 'team/web', 'zoo']) await resource({ kind: 3, repository: name });
  await resource({ kind: 2, repository: 'team/app', digest: digest(1), arch: 'amd64', inUse: 3 });
  await resource({ kind: 2, repository: 'team/app', digest: digest(2), arch: 'arm64' });
  await resource({ kind: 2, repository: 'team/app', digest: digest(4), arch: 'amd64' });
  await resource({ kind: 2, repository: 'submitted', digest: digest(9), arch: 'amd64' });
  await resource({ kind: 2, repository: 'team/app', digest: digest(1), arch: 'amd64', account: 8 });
  await owner.query(
    `insert into manifest (digest, kind, media_type, platform) values ($1, 1, 'i', ''), ($2, 2, 'm', 'linux/amd64'), ($3, 2, 'm', 'linux/arm64/v8'), ($4, 3, 'a', '')`,
    [digest(3), digest(1), digest(2), digest(5)],
  );
  await owner.query(`insert into index_child (index, child, platform) values ($1, $2, 'linux/amd64'), ($1, $3, 'linux/arm64/v8')`, [
    digest(3),
    digest(1),
    digest(2),
  ]);
  for (const [n, at] of [
    [1, 5],
    [2, 5],
    [3, 5],
    [4, 1],
    [5, 3],
  ] as const)
    await held('team/app', digest(n), day(at));
  await owner.query(
    `insert into repo_tag (account, registry, repository, tag, digest, since, until) values
     (7, $1, 'team/app', 'v1', $2, $4, $5), (7, $1, 'team/app', 'v1', $3, $5, null), (7, $1, 'team/app', 'old', $2, $4, null)`,
    [HOST, digest(4), digest(3), day(1), day(5)],
  );
});
afterAll(() => service.stop());

type Body = Record<string, Record<string, unknown>[]> & { nextToken?: string };
/** All pages, of one row each. */
async function walk(path: string, member: string, input: object, by = call): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  for (let nextToken: string | undefined; ; ) {
    const { status, body } = await by(path, { ...input, maxResults: 1, ...(nextToken === undefined ? {} : { nextToken }) });
    expect(status).toBe(200);
    all.push(...((body as Body)[member] ?? []));
    nextToken = (body as Body).nextToken;
    if (nextToken === undefined) return all;
  }
}

test('repositories are listed once each, with what they hold and what runs', async () => {
  const rows = await walk('/assay/repositories/list', 'repositories', {});
  expect(rows.map((row) => [row['repository'], row['images'], row['imagesInUse'], row['inUseCount'], row['scanFrequency']])).toEqual([
    ['submitted', 1, 0, 0, undefined],
    ['team/app', 3, 1, 3, 'CONTINUOUS_SCAN'],
    ['team/web', 0, 0, 0, 'CONTINUOUS_SCAN'],
    ['zoo', 0, 0, 0, 'CONTINUOUS_SCAN'],
  ]);
  const named = async (input: object) => (await walk('/assay/repositories/list', 'repositories', input)).map((row) => row['repository']);
  expect(await named({ repositoryPrefix: 'team/' })).toEqual(['team/app', 'team/web']);
  expect(await named({ registry: 'elsewhere' })).toEqual([]);
  expect(await named({ inUse: true })).toEqual(['team/app']);
  expect(await named({ inUse: true, repositoryPrefix: 'zoo' })).toEqual([]);
});

test('images are listed by what was pushed, an index with its platforms, newest first', async () => {
  const rows = await walk('/assay/repositories/images/list', 'images', { registry: HOST, repository: 'team/app' });
  expect(
    rows.map((row) => [
      row['digest'],
      row['kind'],
      row['tags'],
      (row['platforms'] as { platform: string; inUseCount: number }[]).map((one) => `${one.platform} ${one.inUseCount}`),
    ]),
  ).toEqual([
    [digest(3), 'INDEX', ['v1'], ['linux/amd64 3', 'linux/arm64/v8 0']],
    [digest(5), 'ARTIFACT', [], []],
    [digest(4), undefined, ['old'], ['amd64 0']],
  ]);
  const submitted = await walk('/assay/repositories/images/list', 'images', { registry: HOST, repository: 'submitted' });
  expect(submitted.map((row) => row['digest'])).toEqual([digest(9)]);
});

test('images are narrowed to what runs, to a status and to a digest, which finds its index', async () => {
  const place = { registry: HOST, repository: 'team/app' };
  const digests = async (input: object): Promise<unknown[]> =>
    (await walk('/assay/repositories/images/list', 'images', { ...place, ...input })).map((row) => row['digest']);
  expect(await digests({ inUse: true })).toEqual([digest(3)]);
  expect(await digests({ statusCode: 'ACTIVE' })).toEqual([digest(3), digest(4)]);
  expect(await digests({ statusCode: 'INACTIVE' })).toEqual([]);
  expect(await digests({ digest: digest(4) })).toEqual([digest(4)]);
  expect(await digests({ digest: digest(2) })).toEqual([digest(3)]);
  expect(await digests({ digest: digest(4), inUse: true })).toEqual([]);
  expect(await digests({ repository: 'submitted' })).toEqual([digest(9)]);
  expect(await digests({ repository: 'submitted', inUse: true })).toEqual([]);
  expect(await digests({ repository: 'submitted', digest: digest(4) })).toEqual([]);
  expect((await call('/assay/repositories/images/list', { ...place, statusCode: 'MAYBE' })).status).toBe(400);
});

test('an image knows which of its tags mean something newer', async () => {
  const rows = await walk('/assay/repositories/images/list', 'images', { registry: HOST, repository: 'team/app' });
  expect(rows.map((row) => row['movedTags'])).toEqual([[], [], [{ tag: 'v1', movedAt: day(5).getTime() / 1000, digest: digest(3) }]]);
});

test('what a tag meant is told, the latest first', async () => {
  const rows = await walk('/assay/repositories/tags/history', 'history', { registry: HOST, repository: 'team/app', tag: 'v1' });
  expect(rows.map((row) => [row['digest'], row['until'] === undefined])).toEqual([
    [digest(3), true],
    [digest(4), false],
  ]);
});

test('an outsider sees none of it', async () => {
  const asked = { accountId: '000000000007', registry: HOST, repository: 'team/app' };
  expect((await outsider('/assay/repositories/images/list', asked)).status).toBe(404);
  expect((await outsider('/assay/repositories/tags/history', asked)).status).toBe(404);
  const own = await walk('/assay/repositories/list', 'repositories', {}, outsider);
  expect(own.map((row) => [row['accountId'], row['repository'], row['inUseCount']])).toEqual([['000000000008', 'team/app', 0]]);
});
