import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AssayCaller, startTestService, type TestService } from './testdata/start-service.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

let service: TestService;
let call: AssayCaller;
let hook: { path: string; token: string };
beforeEach(async () => {
  service = await startTestService({ now: () => Date.parse('2026-06-01T00:00:00Z') });
  call = await service.callerOf({ account: 7, name: 'admin', role: 'admin' });
  const config = { url: 'registry.example.com', username: 'assay' };
  const { body } = await call('/assay/registries/create', { name: 'r', kind: 'oci', config, secret: 'hush', include: ['team/**'] });
  hook = { path: String(body['notificationPath']), token: String(body['notificationToken']) };
});
afterEach(() => service.stop());

function event(action: string, more: { repository?: string; useragent?: string; actor?: string } = {}) {
  return {
    ...{
      action,
      timestamp: '2026-05-31T23:59:58Z',
      target: { mediaType: MANIFEST, repository: more.repository ?? 'team/app', digest: DIGEST, tag: 'v1' },
    },
    ...{ request: { method: 'GET', useragent: more.useragent ?? 'docker/27' }, actor: { name: more.actor ?? 'ci' } },
  };
}
async function post(body: string, authorization: string | undefined = `Bearer ${hook.token}`, path = hook.path): Promise<number> {
  const headers = authorization === '' ? {} : { authorization };
  return (await fetch(service.server.address + path, { method: 'POST', headers, body })).status;
}
const tell = (...events: unknown[]): Promise<number> => post(JSON.stringify({ events }));
async function left(): Promise<string[]> {
  const { rows } = await service.db.owner.query<{ account: number; payload: { events: { action: string; repository: string }[] } }>(
    `select account, payload from job where kind = 'registry-events' order by id`,
  );
  return rows.map(({ account, payload }) => `${account}: ${payload.events.map((one) => `${one.action} ${one.repository}`).join(', ')}`);
}

it('leaves what a registry tells to the workers at once, pulls added up', async () => {
  expect(await tell(event('push'), event('pull'))).toBe(202);
  for (let n = 0; n < 20; n++) expect(await tell(event('pull'))).toBe(202);
  expect(await left()).toEqual(['7: push team/app']);
  await service.inbox.stop();
  expect(await left()).toEqual(['7: push team/app', '7: pull team/app']);
});

it('drops our own pulls and repositories that are left out', async () => {
  expect(await tell(event('pull', { useragent: 'assay/0.3.0', actor: 'assay' }), event('push', { repository: 'other/app' }))).toBe(202);
  await service.inbox.stop();
  expect(await left()).toEqual([]);
});

it.each([
  ['no word', ''],
  ['another word', 'Bearer nonsense'],
  ['a session of the console', 'Bearer '],
])('tells nothing to %s', async (_, authorization) => {
  expect(await post('{"events":[]}', authorization)).toBe(404);
  expect(await left()).toEqual([]);
});

it('takes the word as registries can send it, and only for its own registry', async () => {
  const body = JSON.stringify({ events: [event('push')] });
  expect(await post(body, hook.token)).toBe(202);
  expect(await post(body, `Basic ${Buffer.from(`hook:${hook.token}`).toString('base64')}`)).toBe(202);
  expect(await post(body, undefined, hook.path.replace('000000000007', '000000000008'))).toBe(404);
  expect(await post(body, undefined, `${hook.path}/more`)).toBe(404);
});

it('a new word ends the old one', async () => {
  const { body: list } = await call('/assay/registries/list');
  const [registry] = list['registries'] as { registryArn: string }[];
  const { body } = await call('/assay/registries/update', { registryArn: registry!.registryArn, newNotificationToken: true });
  expect(await post('{"events":[]}')).toBe(404);
  expect(await post('{"events":[]}', `Bearer ${body['notificationToken']}`)).toBe(202);
  expect(JSON.stringify(list)).not.toContain(hook.token);
});

it('refuses what is no notification, and what is too long', async () => {
  expect(await post('<html>')).toBe(400);
  expect(await post(JSON.stringify({ events: 'x'.repeat(2 << 20) }))).toBe(400);
  expect(await left()).toEqual([]);
});
