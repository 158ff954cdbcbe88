import {
  CancelFindingsReportCommand,
  CreateFindingsReportCommand,
  GetFindingsReportStatusCommand,
  type Inspector2Client,
} from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ObjectStore } from '../objects/object-store.ts';
import { type ExportService, startExportService } from './export-service.testdata.ts';

let it: ExportService;
let client: Inspector2Client;
let keyArn: string;
let directory: ObjectStore;
let expected: string[];
let written = 0;
let whole: number;
beforeAll(async () => {
  it = await startExportService({ batch: 5 });
  client = await it.clientOf(1);
  keyArn = await it.newKey(1);
  // Small parts, so that the few findings of the estate are a report of several.
  directory = { ...(await it.world.objectsOf(1)), partBytes: 16 * 1024 };
  const { reportId } = await create();
  await it.work(counting());
  expected = await arns(reportId);
  expect(expected.length).toBeGreaterThan(50);
  whole = written;
  expect(whole).toBeGreaterThan(4);
});
afterAll(() => it?.service.stop());
beforeEach(async () => {
  expect(it.files('.uploads')).toEqual([]);
});

const s3Destination = () => ({ bucketName: 'reports', kmsKeyArn: keyArn });
const create = () => client.send(new CreateFindingsReportCommand({ reportFormat: 'JSON', s3Destination: s3Destination() }));
const status = (reportId: string | undefined) => client.send(new GetFindingsReportStatusCommand({ reportId }));

async function arns(reportId: string | undefined): Promise<string[]> {
  const { findings } = JSON.parse(await it.decrypt(`reports/${reportId}.json.enc`)) as { findings: { findingArn: string }[] };
  return findings.map((one) => one.findingArn);
}

/** The store until its n-th call of an operation, which does not happen, or happens and is not heard of. */
function dying(at: { readonly call: 'begin' | 'putPart' | 'complete'; readonly number: number; readonly done: boolean }): ObjectStore {
  let calls = 0;
  const died = (): never => {
    throw new Error('the process died');
  };
  const mortal =
    <In extends unknown[], Result>(name: string, work: (...given: In) => Promise<Result>) =>
    async (...given: In): Promise<Result> => {
      if (name !== at.call || ++calls !== at.number) return work(...given);
      if (!at.done) died();
      await work(...given);
      return died();
    };
  return {
    ...directory,
    begin: mortal('begin', directory.begin),
    putPart: mortal('putPart', directory.putPart),
    complete: mortal('complete', directory.complete),
  };
}

function counting(): ObjectStore {
  return {
    ...directory,
    putPart(place, upload, part) {
      written++;
      return directory.putPart(place, upload, part);
    },
  };
}

const POINTS = [
  { call: 'begin', number: 1, done: false },
  { call: 'putPart', number: 1, done: false },
  { call: 'putPart', number: 1, done: true },
  { call: 'putPart', number: 2, done: false },
  { call: 'putPart', number: 2, done: true },
  { call: 'complete', number: 1, done: false },
  { call: 'complete', number: 1, done: true },
] as const;

/** What the reaper does with the job of a dead worker. */
const giveBack = () => it.service.db.worker.query("update job set state = 0, worker = null where kind = 'export' and state = 1");

test.each(POINTS)('a worker that dies at $call $number (done: $done) leaves nothing half; the next one ends the report', async (point) => {
  const { reportId } = await create();
  await expect(it.work(dying(point))).rejects.toThrow(/died/);
  expect(await status(reportId)).toMatchObject({ status: 'IN_PROGRESS' });
  if (point.call !== 'complete' || !point.done) expect(it.files('reports')).not.toContain(`${reportId}.json.enc`);
  await giveBack();
  await it.work();
  expect(await status(reportId)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await arns(reportId)).toEqual(expected);
});

test('a report that was going on is not begun again', async () => {
  const { reportId } = await create();
  await expect(it.work(dying({ call: 'putPart', number: 3, done: false }))).rejects.toThrow(/died/);
  const parts = it.files('.uploads').length;
  expect(parts).toBe(2);
  await giveBack();
  written = 0;
  await it.work(counting());
  expect(await arns(reportId)).toEqual(expected);
  expect(written).toBe(whole - parts);
});

test('a report whose parts were lost is begun again', async () => {
  const { reportId } = await create();
  await expect(it.work(dying({ call: 'complete', number: 1, done: false }))).rejects.toThrow(/died/);
  const { rows } = await it.service.db.worker.query("select checkpoint->'state'->>'upload' as upload from export where id = $1", [
    reportId,
  ]);
  await directory.abort({ bucket: 'reports', key: 'x' }, rows[0].upload);
  await giveBack();
  await expect(it.work()).rejects.toThrow(/part 1 is not there/);
  await giveBack();
  await it.work();
  expect(await arns(reportId)).toEqual(expected);
});

test('a worker that slept through its lease writes nothing any more', async () => {
  const { reportId } = await create();
  let wake = (): void => {};
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let asleep = (): void => {};
  const sleeping = new Promise<void>((resolve) => {
    asleep = resolve;
  });
  const slow = it.work({
    ...directory,
    async putPart(place, upload, part) {
      asleep();
      await awake;
      return directory.putPart(place, upload, part);
    },
  });
  await sleeping;
  await giveBack();
  await it.work();
  const bytes = await it.decrypt(`reports/${reportId}.json.enc`);
  wake();
  await expect(slow).rejects.toThrow();
  expect(await it.decrypt(`reports/${reportId}.json.enc`)).toBe(bytes);
  expect(await status(reportId)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await arns(reportId)).toEqual(expected);
  // What it wrote late is in a folder of an upload that is over.
  for (const file of it.files('.uploads')) await directory.abort({ bucket: 'reports', key: 'x' }, file.split('/')[0] as string);
});

test('cancelled while it is written, it stops at the next part and leaves nothing', async () => {
  const { reportId } = await create();
  let parts = 0;
  await it.work({
    ...directory,
    async putPart(place, upload, part) {
      if (++parts === 2) await client.send(new CancelFindingsReportCommand({ reportId }));
      return directory.putPart(place, upload, part);
    },
  });
  expect(parts).toBe(2);
  expect(await status(reportId)).toMatchObject({ status: 'CANCELLED' });
  expect(it.files('reports')).not.toContain(`${reportId}.json.enc`);
  expect(it.files('.uploads')).toEqual([]);
  expect((await it.service.db.worker.query("select 1 from job where kind = 'export'")).rowCount).toBe(0);
});

test('an export whose workers all died is settled, so that the next can begin', async () => {
  const { reportId } = await create();
  await it.service.db.worker.query("update job set state = 2, finished_at = now() where kind = 'export'");
  expect(await status(reportId)).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL_ERROR' });
  const { reportId: next } = await create();
  await it.work();
  expect(await status(next)).toMatchObject({ status: 'SUCCEEDED' });
});
