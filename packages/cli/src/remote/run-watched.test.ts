import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { silentLogger } from '@assay/core/context.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from '../command.ts';
import { commands } from '../commands.ts';
import { readEnvironment } from '../environment.ts';
import { parseArguments } from '../parse-arguments.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'watched-'));
const asked: { path: string; input: unknown }[] = [];
const registry = {
  ...{ registryArn: 'arn:r', name: 'main', kind: 'oci', host: 'r.example', config: { url: 'r.example', username: 'old' } },
  ...{ status: 'FAILING', lastError: 'r.example does not let us read its repositories; check the name and the credentials.' },
};
const collector = {
  collectorArn: 'arn:c',
  name: 'shop',
  kind: 'ecs',
  config: { regions: 'a' },
  status: 'SILENT',
  lastError: 'Nobody there.',
};
const ANSWERS: Record<string, object> = {
  '/assay/registries/list': { registries: [registry] },
  '/assay/registries/create': { registryArn: 'arn:r', notificationPath: '/hooks/1', notificationToken: 'word' },
  '/assay/registries/update': { registryArn: 'arn:r', notificationPath: '/hooks/1', notificationToken: 'other' },
  '/assay/collectors/list': { collectors: [collector] },
  '/assay/collectors/get': { clusters: [{ name: 'one' }] },
  '/assay/collectors/update': {},
  '/configuration/update': {},
  '/assay/eligibility/update': {},
  '/assay/eligibility/preview': { accountCount: 2, monitoredImages: 40, lapsingImages: 12, heldImages: 9, closingFindings: 80 },
  '/assay/eligibility/held/accept': { acceptedImages: 7 },
  '/assay/eligibility/status/get': {
    ...{ pushDuration: 'LIFETIME', useDuration: 'DAYS_14', mode: 'LAST_IN_USE_AT', use: 'NONE' },
    ...{ monitoredImages: 40, staleImages: 1, deletedImages: 2, lapsedImages: 3, heldImages: 7, acceptedImages: 0 },
  },
};
let server: Server;

beforeAll(async () => {
  writeFileSync(path.join(folder, 'secret'), 'pass:word\n');
  server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    asked.push({ path: request.url ?? '', input: JSON.parse(text) });
    response.end(JSON.stringify(ANSWERS[request.url ?? '']));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function run(line: string): Promise<string> {
  asked.length = 0;
  let out = '';
  const write = (text: string): void => {
    out += text;
  };
  const terminal = { width: 60, colors: false, write };
  const [group, name, ...words] = line.split(' ');
  const command = commands.find((one) => one.name === group)?.subcommands?.find((one) => one.name === name) as Command;
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const given = parseArguments(command, `assay ${group} ${name}`, [...words, '--server', address]);
  const code = await command.run?.(given, {
    environment: readEnvironment({ AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT0', AWS_SECRET_ACCESS_KEY: 'secret' }),
    terminal: { out: terminal, err: terminal },
    input: Readable.from([]),
    ctx: { now: () => Date.parse('2026-06-01T12:00:00Z'), log: silentLogger },
    cwd: folder,
    starter: undefined,
  });
  expect(code).toBe(0);
  return out.replaceAll(address, 'http://here');
}
const last = (): unknown => asked.at(-1);

test('a registry is added with the whole address for its notifications', async () => {
  const out = await run('registry add main --set url=r.example');
  expect(out).toContain('http://here/hooks/1\n');
  expect(out).toContain('Bearer word\n');
  expect(out).toContain('"assay registry list"');
});

test('why something fails is told whole on a narrow terminal', async () => {
  expect((await run('registry list')).split('\n')[2]).toBe(`main: ${registry.lastError}`);
  expect((await run('cluster list')).split('\n')[2]).toBe('shop: Nobody there.');
  expect(JSON.parse(await run('registry list -f json'))).toHaveLength(1);
});

test('what is not named stays when a registry or a collector is changed', async () => {
  await run(`registry update main --set username=new --secret-file ${folder}/secret --resume`);
  const config = { url: 'r.example', username: 'new' };
  expect(last()).toEqual({ path: '/assay/registries/update', input: { registryArn: 'arn:r', config, secret: 'pass:word', enabled: true } });
  expect(await run('registry update main --new-token')).toContain('Bearer other');
  expect(last()).toMatchObject({ input: { registryArn: 'arn:r', newNotificationToken: true } });
  await run('cluster update shop --set endpoint=x --pause');
  expect(last()).toMatchObject({ input: { collectorArn: 'arn:c', config: { regions: 'a', endpoint: 'x' }, enabled: false } });
  await expect(run('registry update main')).rejects.toMatchObject({ code: 'usage' });
  await expect(run('cluster update shop')).rejects.toMatchObject({ code: 'usage' });
});

test('monitoring says what is held and how to go on', async () => {
  const lines = (await run('monitoring show')).split('\n').map((line) => line.trim().split(/ {2,}/));
  expect(lines).toContainEqual(['after the push', 'for ever']);
  expect(lines).toContainEqual(['after the last use', '14 days']);
  expect(lines).toContainEqual(['images held', '7: too many at once; "assay monitoring accept-held" lets them lapse']);
  expect(await run('monitoring accept-held')).toBe('7 images lapse at the next sweep, within ten minutes.\n');
});

test('a window alone is changed, and none is a word of ours', async () => {
  await run('monitoring set --use 30 --by pull');
  const ecrConfiguration = { rescanDuration: 'LIFETIME', pullDateRescanDuration: 'DAYS_30', pullDateRescanMode: 'LAST_PULL_DATE' };
  expect(asked).toContainEqual({ path: '/configuration/update', input: { ecrConfiguration } });
  await run('monitoring set --push 3 --use none');
  expect(asked).toContainEqual({ path: '/configuration/update', input: { ecrConfiguration: { rescanDuration: 'DAYS_3' } } });
  expect(asked).toContainEqual({ path: '/assay/eligibility/update', input: { useDuration: 'NONE' } });
  expect(await run('monitoring set --use none --by use --dry-run')).toBe(
    '12 of 40 images of 2 accounts would lapse, and 80 findings close.\n9 of them would wait for "assay monitoring accept-held": too many at once.\nNothing was changed.\n',
  );
  expect(asked).toEqual([{ path: '/assay/eligibility/preview', input: { useDuration: 'NONE', mode: 'LAST_IN_USE_AT' } }]);
  await expect(run('monitoring set')).rejects.toMatchObject({ code: 'usage' });
});
