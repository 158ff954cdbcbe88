import path from 'node:path';
import { openShelf, type Shelf } from '@assay/server/registries/testdata/shelf.ts';
import { buildImage } from '@assay/testkit/image-builder.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../api.ts';
import { cleanUp, scratch } from '../service.ts';
import { createFaultEstate, type FaultEstate, KNOWN, NUMBERS, type Process } from './estate.ts';
import { brokenPromises, settled } from './invariants.ts';
import { recoverWorker, strikeWorker, type WorkerPoint } from './run.ts';

const LISTED = 'insert into repo_manifest as m';
const NOTED = 'insert into repo_manifest \\(account';
const SCANNED = 'insert into inventory';
const SETTLED = 'update repo_manifest set ingested_at';
const POINTS: readonly WorkerPoint[] = [
  { name: 'a repository is listed, the others not yet', dies: 'itself', side: 'after', statement: '^commit', after: LISTED },
  { name: 'PostgreSQL dies as a repository is listed', dies: 'postgres', side: 'before', statement: '^commit', after: LISTED },
  { name: 'an image is noted, and not looked at', dies: 'itself', side: 'after', statement: '^commit', after: NOTED },
  { name: 'an image is looked at, and its repository does not know', dies: 'itself', side: 'before', statement: SETTLED },
  { name: 'everything is stored, the job has not ended', dies: 'itself', side: 'after', statement: '^commit', after: SETTLED },
  { name: 'PostgreSQL dies as an image is stored', dies: 'postgres', side: 'before', statement: '^commit', after: SCANNED },
];
/** New images at each blow, one in each repository. */
const IMAGES = 3;

const folder = scratch();
let estate: FaultEstate;
let shelf: Shelf;
let api: Process;
let worker: Process;
let registryArn: string;
let pushed = 0;

async function ask(target: string, input: object): Promise<Record<string, unknown>> {
  const { status, body } = await call<Record<string, unknown>>(api, target, JSON.stringify(input));
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

/** An image with all the vulnerable packages and a file that makes it another one. */
function push(): void {
  const number = ++pushed;
  const packages = NUMBERS.map((n) => ({
    name: `app/node_modules/fault-${n}/package.json`,
    content: JSON.stringify({ name: `fault-${n}`, version: '1.0.0' }),
  }));
  const image = buildImage({ layers: [{ items: [...packages, { name: 'app/number', content: String(number) }] }] });
  shelf.push(`shelf/app-${number}:v1`, image.manifest, [image]);
}

beforeAll(async () => {
  shelf = await openShelf();
  estate = await createFaultEstate(path.join(folder, 'estate'));
  api = await estate.start('api');
  worker = await estate.start('worker');
  await estate.publish('first');
  registryArn = String((await ask('/assay/registries/create', { kind: 'oci', name: 'shelf', config: { url: shelf.host } }))['registryArn']);
  await settled(estate);
}, 180_000);
afterAll(async () => {
  await estate?.end();
  await shelf?.close();
  await cleanUp(folder);
});

/** What there is of the images, by how many. */
async function stored(): Promise<unknown> {
  const { rows } = await estate.pool.query(
    `select count(*)::int as images, count(distinct digest)::int as digests, count(inventory)::int as looked,
       (select count(*)::int from repo_manifest where ingested_at is not null and error is null) as ingested,
       (select count(*)::int from repo_tag where until is null) as tags,
       (select count(*)::int from finding where status = 1) as findings,
       (select count(*)::int from finding_event) as events,
       (select count(*)::int from job where state = 2) as dead
     from resource where repository like 'shelf/app-%' and digest is not null`,
  );
  return rows[0];
}

describe('killed while a registry is crawled and its images are looked at, the service loses none and takes none twice', () => {
  test.each(POINTS)('$name ($dies)', { timeout: 180_000 }, async (point) => {
    for (let n = 0; n < IMAGES; n++) push();
    await strikeWorker(estate, worker, { point, begin: () => ask('/assay/registries/crawl', { registryArn }) });
    worker = await recoverWorker(estate, worker);
    const findings = pushed * KNOWN.first.length;
    expect(await stored()).toEqual({
      ...{ images: pushed, digests: pushed, looked: pushed, ingested: pushed, tags: pushed, dead: 0 },
      ...{ findings, events: findings },
    });
    expect(await brokenPromises(estate, new Set())).toEqual([]);
  });
});
