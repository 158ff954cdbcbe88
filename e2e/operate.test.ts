import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFindings, inspector } from './api.ts';
import { assay, type Ran } from './cli.ts';
import { cleanUp, type Service, scratch, smallProject, startService } from './service.ts';

/** What whoever runs the service does beside it: metrics, doctor, backup, restore. */
const folder = scratch();
const data = path.join(folder, 'data');
const file = path.join(folder, 'all.backup');
let service: Service;
let before: string[] = [];

beforeAll(async () => {
  service = await startService({ data, looks: true, environment: { ASSAY_SAMPLE: '0' }, cwd: smallProject(path.join(folder, 'checkout')) });
  await service.said(/Looked at the folder it was started in: 1 packages/);
  before = await findings();
  expect(before.length).toBeGreaterThan(0);
});
afterAll(() => cleanUp(folder));

async function findings(): Promise<string[]> {
  const found = await allFindings(inspector(service));
  return found
    .map((one) => JSON.stringify([one.findingArn, one.status, one.severity, one.firstObservedAt, one.lastObservedAt, one.updatedAt]))
    .sort();
}

function operate(args: readonly string[], at = data): Promise<Ran> {
  return assay(args, { cwd: folder, environment: { ASSAY_DATA_DIR: at, ASSAY_PORT: new URL(service.address).port } });
}

describe('beside a running service', () => {
  test('metrics name operations, queues and findings', async () => {
    const text = await (await fetch(`${service.address}/metrics`)).text();
    expect(text).toMatch(/^assay_requests_total\{service="inspector2",operation="ListFindings",status="200",error=""\} \d+$/m);
    expect(text).toMatch(/^assay_findings\{status="active"\} \d+$/m);
    expect(text).toMatch(/^assay_job_seconds_count\{kind="look",outcome="done"\} \d+$/m);
    expect(text).toMatch(/^assay_database_connections\{pool="api",state="idle"\} \d+$/m);
  });

  test('the doctor says what holds, in JSON as well', async () => {
    const { out, err, code } = await operate(['doctor', '--format', 'json']);
    const checks = JSON.parse(out || err) as { name: string; state: string; words: string }[];
    const state = Object.fromEntries(checks.map((one) => [one.name, one.state]));
    expect(state).toMatchObject({
      'data directory': 'ok',
      'master key': 'ok',
      PostgreSQL: 'ok',
      roles: 'ok',
      schema: 'ok',
      isolation: 'ok',
    });
    expect(state).toMatchObject({ port: 'ok', queue: 'ok', sinks: 'ok' });
    expect(code).toBe(checks.some((one) => one.state === 'problem') ? 3 : checks.some((one) => one.state === 'warning') ? 1 : 0);
  });

  test('a backup is taken', async () => {
    const { out, err, code } = await operate(['backup', '-o', file]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Wrote \d+ tables and \d+ files/);
    expect(readFileSync(file).includes(readFileSync(path.join(data, 'master.key'), 'utf8').trim())).toBe(false);
  });

  test('a restore into what it uses is refused', async () => {
    const { err, code } = await operate(['restore', file, '--force']);
    expect([code, err]).toEqual([3, 'assay: Processes of Assay are using the database; stop them first.\n']);
  });
});

describe('on another machine', () => {
  const other = path.join(folder, 'other');

  test('a restore without the master key says what is missing', async () => {
    const { err, code } = await operate(['restore', file], other);
    expect(code).toBe(3);
    expect(err).toMatch(/another master key; put that key at .*master\.key/);
  });

  test('with it, the restored service answers the same', async () => {
    await service.end();
    copyFileSync(path.join(data, 'master.key'), path.join(other, 'master.key'));
    const { out, err, code } = await operate(['restore', file], other);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Restored \d+ tables and \d+ files/);
    service = await startService({ data: other });
    expect(await findings()).toEqual(before);
  });

  test('the doctor of a service that does not run starts its database to look', async () => {
    await service.end();
    const { out } = await operate(['doctor'], other);
    expect(out).toMatch(/schema +ok/);
    expect(out).toMatch(/advisories +(ok|warning)/);
  });
});
