import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bomOf, call, submit, submitted } from './api.ts';
import { assay, type Ran } from './cli.ts';
import { type HttpListener, startHttp } from './listeners.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const folder = scratch();
let service: Service;
let http: HttpListener;
beforeAll(async () => {
  http = await startHttp();
  service = await startService({ data: path.join(folder, 'data'), environment: { ASSAY_WEBHOOK_HOSTS: '127.0.0.1' } });
  for (const [repository, purl] of [
    ['shop/api', 'pkg:npm/lodash@4.17.15'],
    ['shop/web', 'pkg:pypi/django@3.2.0'],
  ] as const) {
    const job = await submit(service, bomOf([purl], repository), { repository, tag: 'v1' });
    expect(await submitted(service, job)).toMatchObject({ status: 'SUCCEEDED' });
  }
}, 180_000);
afterAll(async () => {
  await http.stop();
  await cleanUp(folder);
});

const ask = (...words: string[]): Promise<Ran> =>
  assay([...words, '--server', service.address, ...(words.includes('--credentials') ? [] : ['--credentials', service.credentialsFile])], {
    cwd: folder,
  });
async function said(...words: string[]): Promise<string> {
  const ran = await ask(...words);
  expect({ words, code: ran.code, err: ran.err }).toEqual({ words, code: 0, err: '' });
  return ran.out;
}
async function refused(...words: string[]): Promise<string> {
  const ran = await ask(...words);
  expect({ words, code: ran.code, out: ran.out }).toEqual({ words, code: 3, out: '' });
  expect(ran.err).toMatch(/^assay: [^\n]+\n$/);
  return ran.err;
}

test('accounts and access keys: made, listed, used, deleted', async () => {
  expect(await said('account', 'create', 'Payments', '--id', '123456789012')).toBe('123456789012\n');
  expect(await said('account', 'list')).toMatch(/^123456789012 +OPEN +20\d\d-\S+Z +Payments$/m);
  expect(await refused('account', 'create', 'Again', '--id', '123456789012')).toMatch(/exists|already/);
  await said('key', 'create', 'pipeline', '--role', 'viewer', '-o', 'pipeline.credentials');
  expect(statSync(path.join(folder, 'pipeline.credentials')).mode & 0o777).toBe(0o600);
  expect(await refused('account', 'create', 'Mine', '--credentials', 'pipeline.credentials')).toMatch(/admin/);
  const keys = JSON.parse(await said('key', 'list', '-f', 'json')) as { accessKeyId: string; userName: string; role: string }[];
  const made = keys.find(({ userName }) => userName === 'pipeline');
  expect(made?.role).toBe('viewer');
  expect(await said('key', 'delete', made?.accessKeyId ?? '')).toContain('Deleted');
  expect(await said('key', 'list')).not.toContain('pipeline');
  await refused('report', '--credentials', 'pipeline.credentials');
});

test('VEX goes in and comes out', async () => {
  const statement = {
    vulnerability: { name: 'CVE-2020-8203' },
    products: [{ '@id': 'pkg:npm/lodash@4.17.15' }],
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
  };
  const document = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://shop.example/vex/1',
    author: 'Shop',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: [statement],
  };
  writeFileSync(path.join(folder, 'vex.json'), JSON.stringify(document));
  expect(await said('vex', 'import', 'vex.json')).toMatch(/^OPENVEX: 1 suppression rules, 0 statements left out\.$/m);
  expect(await said('vex', 'import', 'vex.json')).toMatch(/in place of 1 of an earlier import/);
  expect(await refused('vex', 'import', 'missing.json')).toMatch(/is no file/);
  for (const format of ['openvex', 'csaf', 'cyclonedx']) {
    await said('vex', 'export', '-f', format, '-o', `out.${format}.json`);
    const text = readFileSync(path.join(folder, `out.${format}.json`), 'utf8');
    expect(JSON.parse(text)).toBeTypeOf('object');
    expect(text).toContain('CVE-2020-8203');
  }
});

test('SBOMs of every resource, or of one repository', async () => {
  expect(await said('export', 'sbom', '-o', 'all')).toBe('Wrote 2 SBOMs to all.\n');
  const files = readdirSync(path.join(folder, 'all'));
  expect(files).toHaveLength(2);
  const texts = files.map((name) => readFileSync(path.join(folder, 'all', name), 'utf8'));
  expect(texts.map((text) => JSON.parse(text).bomFormat)).toEqual(['CycloneDX', 'CycloneDX']);
  for (const purl of ['pkg:npm/lodash@4.17.15', 'pkg:pypi/django@3.2.0']) expect(texts.join()).toContain(purl);
  expect(await said('export', 'sbom', '-f', 'spdx', '--repository', 'shop/api', '-o', 'api')).toBe('Wrote 1 SBOMs to api.\n');
  const [name = ''] = readdirSync(path.join(folder, 'api'));
  expect(JSON.parse(readFileSync(path.join(folder, 'api', name), 'utf8'))).toMatchObject({ spdxVersion: 'SPDX-2.3' });
  expect(await refused('export', 'sbom', '--repository', 'nobody/knows', '-o', 'none')).toMatch(/No resource/);
});

test('sinks are listed, tried and replayed by name', async () => {
  const config = { url: `http://127.0.0.1:${http.port}/hook` };
  const wish = { name: 'hook', kind: 'webhook', config, secret: 'sixteen letters or more' };
  expect((await call(service, '/assay/sinks/create', JSON.stringify(wish))).status).toBe(200);
  expect(await said('sink', 'list')).toMatch(/^hook +webhook +ACTIVE/m);
  expect(await said('sink', 'test', 'hook')).toBe('hook took the test message.\n');
  expect(await said('sink', 'replay', 'hook')).toBe('hook has no dead letters.\n');
  http.answer = 404;
  expect(await refused('sink', 'test', 'hook')).toMatch(/did not take the test message: the receiver answered 404/);
  expect(await refused('sink', 'test', 'nobody')).toMatch(/There is no sink nobody; there are hook\./);
});

test('the audit records of it all are a CloudTrail log file', async () => {
  await said('audit', 'export', '--since', '1h', '-o', 'audit.json');
  type Log = { readonly Records: readonly { readonly eventName: string; readonly readOnly: boolean }[] };
  const { Records } = JSON.parse(readFileSync(path.join(folder, 'audit.json'), 'utf8')) as Log;
  const names = Records.map(({ eventName }) => eventName);
  for (const name of ['CreateAccount', 'ImportVex', 'CreateSbomExport', 'SendTestEvent']) expect(names).toContain(name);
  const changes = JSON.parse(await said('audit', 'export', '--changes')) as Log;
  expect(changes.Records.length).toBeGreaterThan(3);
  expect(changes.Records.filter(({ readOnly }) => readOnly)).toEqual([]);
  expect(JSON.parse(await said('audit', 'export', '--until', '2020-01-01'))).toEqual({ Records: [] });
  expect((await ask('audit', 'export', '--since', 'yesterday')).code).toBe(2);
});
