import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dockerConfigCredentials } from './credentials.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-helper-'));
afterAll(() => rmSync(folder, { recursive: true }));
const helper = join(folder, 'docker-credential-fake');
writeFileSync(
  helper,
  '#!/bin/sh\nread host\ncase "$host" in\n  reg.example) echo \'{"Username":"u","Secret":"s"}\';;\n  id.example) echo \'{"Username":"<token>","Secret":"t"}\';;\n  *) exit 1;;\nesac\n',
);
chmodSync(helper, 0o755);
const environment = { PATH: `${folder}:/usr/bin:/bin` };
const auth = Buffer.from('user:pa:ss').toString('base64');
const config = (value: unknown) => dockerConfigCredentials({ text: JSON.stringify(value), environment });
const basic = { kind: 'basic', username: 'user', password: 'pa:ss' };

it('takes credentials of exactly this host', async () => {
  const find = config({ auths: { 'reg.example': { auth }, 'https://index.docker.io/v1/': { auth }, 'https://other.example': { auth } } });
  expect(await find('reg.example')).toEqual(basic);
  expect(await find('registry-1.docker.io')).toEqual(basic);
  expect(await find('other.example')).toEqual(basic);
  for (const host of ['reg.example.evil', 'evil.reg.example', 'reg.example:5000', 'example', '__proto__', 'constructor'])
    expect(await find(host)).toBeUndefined();
});

it('knows refresh and registry tokens', async () => {
  const find = config({ auths: { a: { auth, identitytoken: 'i' }, b: { registrytoken: 'r' } } });
  expect(await find('a')).toEqual({ kind: 'identity', token: 'i' });
  expect(await find('b')).toEqual({ kind: 'registry-token', token: 'r' });
});

it('asks helper programs, by host before the store, and falls back to what is written', async () => {
  const find = config({ credHelpers: { 'id.example': 'fake' }, credsStore: 'fake', auths: { 'third.example': { auth } } });
  expect(await find('reg.example')).toEqual({ kind: 'basic', username: 'u', password: 's' });
  expect(await find('id.example')).toEqual({ kind: 'identity', token: 't' });
  expect(await find('third.example')).toEqual(basic);
});

it('runs nothing that is no plain name, and says which program is missing', async () => {
  expect(await config({ credsStore: '../../bin/sh; rm -rf /' })('reg.example')).toBeUndefined();
  await expect(config({ credsStore: 'missing' })('reg.example')).rejects.toMatchObject({ code: 'credential-helper' });
});

it.each(['', '[', 'null', '3'])('%j is no configuration', (text) => {
  expect(() => dockerConfigCredentials({ text, environment })).toThrowError(expect.objectContaining({ code: 'bad-docker-config' }));
});
