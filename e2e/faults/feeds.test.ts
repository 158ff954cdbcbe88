import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, type Ran } from '../cli.ts';
import { cleanUp, scratch } from '../service.ts';
import { createFaultEstate, type FaultEstate, type Process, submitDocument } from './estate.ts';
import { brokenPromises, settled } from './invariants.ts';

const folder = scratch();
let estate: FaultEstate;
let api: Process;
const acknowledged = new Set<number>();

beforeAll(async () => {
  estate = await createFaultEstate(path.join(folder, 'estate'));
  api = await estate.start('api');
  await estate.start('worker');
  await estate.publish('second');
  for (let n = 1; n <= 3; n++) acknowledged.add((await submitDocument(api, n)) ?? 0);
  await settled(estate);
  expect(await brokenPromises(estate, acknowledged)).toEqual([]);
}, 180_000);
afterAll(async () => {
  await estate?.end();
  await cleanUp(folder);
});

const run = (...words: string[]): Promise<Ran> => assay(['db', ...words], { cwd: folder, environment: { ASSAY_DATA_DIR: estate.data } });
const revision = async (): Promise<number> => (await estate.pool.query('select id from revision where state = 1')).rows[0].id;

/** The advisories in use, spoilt in some way. */
function spoilt(name: string, spoil: (file: string) => unknown): string {
  const to = path.join(folder, name);
  cpSync(path.join(estate.folder, 'advisories-second'), to, { recursive: true });
  for (const file of readdirSync(path.join(to, 'osv-harvest'))) spoil(path.join(to, 'osv-harvest', file));
  return to;
}

const HTML = '<!doctype html><title>Sign in</title><p>Please sign in to continue.';

describe('a feed that lies', () => {
  test.each([
    ['is cut off', (file: string) => truncateSync(file, 60)],
    ['lost half of itself', (file: string) => Number(/\d+(?=\.json)/.exec(file)) % 2 === 0 && rmSync(file)],
    ['is a web page', (file: string) => writeFileSync(file, HTML)],
    ['is empty', (file: string) => rmSync(file)],
  ])('because it %s changes nothing, and says so', async (what, spoil) => {
    const before = await revision();
    const { code, out, err } = await run('build', '--from', spoilt(what.replaceAll(' ', '-'), spoil), '--feed', 'osv');
    expect(code).not.toBe(0);

    expect(out).toMatch(/osv (shrank from 8 to 4 records|holds no usable record)/);
    expect(err).not.toMatch(/\n\s+at /);
    await settled(estate);
    expect(await brokenPromises(estate, acknowledged)).toEqual([]);
    expect(await revision()).toBe(before);
  });

  test('because it is older changes nothing, until somebody says that this is meant', async () => {
    const before = await revision();
    const file = path.join(folder, 'older.assaydb');
    const pointer = path.join(estate.data, 'db/current');
    const now = readFileSync(pointer);
    writeFileSync(pointer, estate.places.first);
    expect(await run('export', '--output', file)).toMatchObject({ code: 0 });
    writeFileSync(pointer, now);
    const refused = await run('import', file);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toMatch(/--rollback/);
    await settled(estate);
    expect(await brokenPromises(estate, acknowledged)).toEqual([]);
    expect(await revision()).toBe(before);
  });
});
