import { afterEach, beforeEach, expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { requestDueCrawls } from './due-crawls.ts';
import { requestIngest } from './ingest-request.ts';
import { requestCrawl } from './registries.ts';
import { HOUR, image, WatchedRegistry } from './testdata/watched-registry.ts';

const one = image('1.0.0');

let watched: WatchedRegistry;
beforeEach(async () => {
  watched = await WatchedRegistry.open();
  watched.shelf.push('team/app:v1', one.manifest, [one]);
  await watched.work();
});
afterEach(() => watched.close());

const ask = (repository: string, again = false) =>
  requestIngest(watched.db.worker, { account: 1, host: watched.shelf.host, repository, digest: one.manifest.digest }, { again });

it('makes no image of a repository that does not hold it, though another one does', async () => {
  await ask('team/other');
  await expect(watched.work()).rejects.toThrow('has no image');
  expect(await watched.images()).toEqual(['team/app amd64 active 1 v1']);
});

it('does not undo that a person asked to look again, nor that an operator agreed', async () => {
  const { db, estate, id } = watched;
  await ask('team/app', true);
  await ask('team/app');
  await inTransaction(db.worker, (tx) => requestCrawl(tx, { account: 1, id }, { agreed: true }));
  await requestDueCrawls(db.worker, new Date(estate.now + 24 * HOUR));
  const queued = `select concat_ws(' ', kind, payload->'again', payload->'agreed') as line from job where state = 0 order by kind`;
  expect((await watched.lines(queued)).filter((line) => /^(crawl|ingest) /.test(line))).toEqual(['crawl true', 'ingest true']);
});
