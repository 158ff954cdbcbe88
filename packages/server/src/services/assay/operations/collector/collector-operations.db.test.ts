import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtOperations } from '../../../../http/testdata/built-operations.ts';
import { recipeOf } from '../../../../http/testdata/recipes.ts';
import { type AssayCaller, startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

const OTHER = 111_111_111_111;
const START = Date.parse('2026-11-22T12:00:00Z');

let service: TestService;
let admin: AssayCaller;
let now = START;
beforeAll(async () => {
  service = await startTestService({ now: () => now });
  admin = await service.callerOf({ account: 0, name: 'admin', role: 'admin' });
});
afterAll(() => service?.stop());
beforeEach(async () => {
  now = START;
  await service.db.owner.query('delete from token where role = 4');
  await service.db.owner.query('truncate collector, cluster, running_report, registry, secret, audit_record');
});

interface Made {
  readonly collectorArn: string;
  readonly token: string;
}

async function push(name: string): Promise<Made> {
  const { status, body } = await admin('/assay/collectors/create', { name, kind: 'push' });
  expect([status, body]).toEqual([200, { collectorArn: expect.stringMatching(/:collector\/[0-9a-f-]{36}$/), token: expect.any(String) }]);
  return body as unknown as Made;
}

async function report(token: string, over: object = {}) {
  const seconds = now / 1000;
  const input = {
    cluster: { provider: 'kubernetes', uid: 'uid-1', name: 'shop' },
    epoch: 1,
    sequence: 1,
    observedAt: seconds,
    part: 'SNAPSHOT_BEGIN',
    ...over,
  };
  return send(token, input);
}

async function send(token: string, input: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { authorization: `Bearer ${token}`, 'x-assay-service': 'assay' };
  const answer = await fetch(`${service.server.address}/assay/collectors/report`, { method: 'POST', headers, body: JSON.stringify(input) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const get = async (collectorArn: string) =>
  (await admin('/assay/collectors/get', { collectorArn })).body as { collector: object; clusters: object[] };

describe('a collector that pushes', () => {
  test('reports with its token what runs, and is seen to', async () => {
    const { collectorArn, token } = await push('shop');
    expect((await get(collectorArn)).collector).toMatchObject({ name: 'shop', kind: 'push', status: 'WAITING' });
    const image = {
      namespace: 'web',
      workload: { kind: 'Deployment', name: 'shop' },
      definition: '',
      image: 'nginx:1.27',
      imageId: 'docker.io/library/nginx@sha256:aa',
      platform: 'linux/amd64',
      running: 3,
      lastSeen: now / 1000,
      stopped: [{ hour: (now - 3_600_000) / 1000, count: 1 }],
      reach: 'INTERNET',
    };
    expect(await report(token)).toEqual({ status: 200, body: { answer: 'TAKEN' } });
    expect(await report(token, { part: 'SNAPSHOT_PAGE', sequence: 2, images: [image] })).toEqual({
      status: 200,
      body: { answer: 'TAKEN' },
    });
    expect((await report(token, { part: 'SNAPSHOT_END', sequence: 3 })).body).toEqual({ answer: 'TAKEN' });
    const health = { lag: 5, relists: 1, expired: 0, units: 3, problems: ['secrets are not read'] };
    expect((await report(token, { part: 'HEALTH', sequence: 4, health })).body).toEqual({ answer: 'TAKEN' });
    expect((await report(token, { part: 'CHANGE', sequence: 9, images: [image] })).body).toEqual({ answer: 'RESYNC' });
    const { collector, clusters } = await get(collectorArn);
    expect(collector).toMatchObject({ status: 'ACTIVE', seenAt: now / 1000 });
    expect(clusters).toEqual([
      { clusterArn: expect.stringContaining(':cluster/shop'), name: 'shop', provider: 'kubernetes', observedAt: now / 1000 },
    ]);
    now += 181_000;
    expect((await get(collectorArn)).collector).toMatchObject({ status: 'SILENT' });
    const { rows } = await service.db.owner.query('select part, images from running_report order by id');
    expect(rows.map((row) => row.part)).toEqual([1, 2, 3]);
    expect(JSON.stringify(rows)).toContain('docker.io/library/nginx@sha256:aa');
    expect((await report(token, { part: 'HEALTH', sequence: 5, health: { ...health, gone: true } })).body).toEqual({ answer: 'TAKEN' });
    expect((await service.db.owner.query('select gone_at is not null as gone from cluster')).rows).toEqual([{ gone: true }]);
  });

  test('can do nothing else with it, not even look', async () => {
    const { token } = await push('shop');
    const wrong: string[] = [];
    for (const one of await builtOperations()) {
      if (one.name === 'ReportRunning') continue;
      const form = one.model.protocol === 'query';
      const answer = await fetch(service.server.address + one.operation.uri.replace(/\{\w+\}/g, 'x'), {
        method: one.operation.method,
        headers: {
          authorization: `Bearer ${token}`,
          'x-assay-service': one.model.signingName,
          ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        },
        ...(one.operation.method === 'GET'
          ? {}
          : { body: form ? `Action=${one.name}&Version=${one.model.apiVersion}` : JSON.stringify(recipeOf(one)) }),
      });
      const text = await answer.text();
      if (!(answer.status === 403 && text.includes('is a collector')) && !(answer.status === 400 && text.includes('ValidationException')))
        wrong.push(`${one.name}: ${answer.status} ${text.slice(0, 200)}`);
    }
    expect(wrong).toEqual([]);
    const session = await fetch(`${service.server.address}/session`, { headers: { authorization: `Bearer ${token}` } });
    expect(session.status).toBeGreaterThanOrEqual(400);
  });

  test('is bound to the cluster it reported first', async () => {
    const { token } = await push('shop');
    await report(token);
    const elsewhere = await report(token, { cluster: { provider: 'kubernetes', uid: 'uid-2', name: 'bank' } });
    expect([elsewhere.status, elsewhere.body['message']]).toEqual([
      409,
      'This token belongs to the cluster kubernetes/uid-1; make another collector for bank.',
    ]);
    const { token: ecs } = await push('ecs');
    for (const name of ['a', 'b'])
      expect((await report(ecs, { cluster: { provider: 'ecs', uid: `arn:aws:ecs:us-east-1:1:cluster/${name}`, name } })).status).toBe(200);
  });

  test('does not take the place of another that still reports the cluster', async () => {
    const first = await push('first');
    const second = await push('second');
    await report(first.token);
    const refused = await report(second.token, { epoch: 2 });
    expect([refused.status, refused.body['message']]).toEqual([
      409,
      'The collector first reports shop already; delete or pause one of the two.',
    ]);
    now += 301_000;
    expect((await report(second.token, { epoch: 2 })).body).toEqual({ answer: 'TAKEN' });
  });

  test('waits while it is paused, and ends when its token does', async () => {
    const { collectorArn, token } = await push('shop');
    await admin('/assay/collectors/update', { collectorArn, enabled: false });
    expect((await report(token)).body).toEqual({ answer: 'PAUSED' });
    const { body } = await admin('/assay/collectors/update', { collectorArn, enabled: true, renewToken: true });
    expect((await report(token)).status).toBe(403);
    expect((await report(String(body['token']))).body).toEqual({ answer: 'TAKEN' });
    expect((await admin('/assay/collectors/delete', { collectorArn })).status).toBe(200);
    expect((await report(String(body['token']))).status).toBe(403);
    expect((await service.db.owner.query('select 1 from token where role = 4')).rowCount).toBe(0);
  });

  test('is not in the list of people’s tokens, and people cannot report', async () => {
    await push('shop');
    const { body } = await admin('/assay/bearer-tokens/list');
    expect(JSON.stringify(body)).not.toContain('collector');
    const { status, body: refused } = await admin('/assay/collectors/report', {
      ...{ cluster: { provider: 'docker', uid: 'u', name: 'n' }, epoch: 1, sequence: 1, observedAt: 1, part: 'SNAPSHOT_BEGIN' },
    });
    expect([status, refused['message']]).toEqual([403, expect.stringContaining('ReportRunning needs the role collector')]);
  });

  test('leaves its refused reports in the audit, not those that were taken', async () => {
    const { token } = await push('shop');
    await service.flush();
    await service.db.owner.query('truncate audit_record');
    await report(token);
    await report(token, { cluster: { provider: 'kubernetes', uid: 'uid-2', name: 'bank' } });
    await service.flush();
    const { rows } = await service.db.owner.query('select operation, status, principal from audit_record');
    expect(rows).toEqual([
      { operation: 'ReportRunning', status: 409, principal: expect.stringMatching(/:user\/collector\/[0-9a-f-]{36}$/) },
    ]);
  });

  test.each([
    ['a page of too many', { part: 'SNAPSHOT_PAGE', images: Array.from({ length: 501 }, () => ({})) }],
    ['a name that is none', { cluster: { provider: 'kubernetes', uid: 'a\u0000b', name: 'n' } }],
    ['an unknown provider', { cluster: { provider: 'mesos', uid: 'u', name: 'n' } }],
    ['a negative place', { sequence: -1 }],
  ])('is refused %s', async (_, over) => {
    const { token } = await push('shop');
    expect(await report(token, over)).toMatchObject({ status: 400, body: { __type: expect.stringContaining('Validation') } });
  });
});

describe('a collector that the service runs itself', () => {
  test('has a kind, settings and permissions that can be asked for', async () => {
    const { body } = await admin('/assay/collectors/kinds/list');
    const kinds = body['kinds'] as { kind: string; watchedHere: boolean; permissions: string[] }[];
    expect(kinds.find(({ kind }) => kind === 'push')).toMatchObject({ watchedHere: false, fields: [] });
    expect(kinds.find(({ kind }) => kind === 'docker')).toMatchObject({
      watchedHere: true,
      permissions: expect.arrayContaining(['GET /version']),
    });
  });

  test('on sockets of this machine is for the account of the installation alone', async () => {
    const wish = { name: 'host', kind: 'docker', config: { address: 'unix:///run/docker.sock' } };
    expect(await admin('/assay/collectors/create', wish)).toMatchObject({ status: 200, body: { collectorArn: expect.any(String) } });
    const tenant = await service.callerOf({ account: OTHER, name: 'tenant', role: 'admin' });
    expect(await tenant('/assay/collectors/create', wish)).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('assay collect') },
    });
    expect(JSON.stringify((await tenant('/assay/collectors/kinds/list')).body)).not.toContain('docker');
  });

  test('in the name of this machine is for the account of the installation alone', async () => {
    const wish = { name: 'aws', kind: 'ecs', config: { regions: 'us-east-1', credentials: 'machine' } };
    const { body } = await admin('/assay/collectors/create', wish);
    const collectorArn = String(body['collectorArn']);
    expect(await admin('/assay/collectors/update', { collectorArn, secret: 'hush' })).toMatchObject({
      status: 400,
      body: { message: 'secret is not used with credentials=machine' },
    });
    const keys = { collectorArn, config: { regions: 'us-east-1', accessKeyId: 'AKIAEXAMPLE000000000' } };
    expect(await admin('/assay/collectors/update', keys)).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^secret is needed/) },
    });
    expect((await admin('/assay/collectors/update', { ...keys, secret: 'hush' })).status).toBe(200);
    const tenant = await service.callerOf({ account: OTHER, name: 'tenant', role: 'admin' });
    const refused = { status: 403, body: { message: expect.stringContaining('credentials=machine is for the account') } };
    expect(await tenant('/assay/collectors/create', wish)).toMatchObject(refused);
    const own = await tenant('/assay/collectors/create', { ...wish, config: keys.config, secret: 'hush' });
    const change = { collectorArn: String(own.body['collectorArn']), config: wish.config };
    expect(await tenant('/assay/collectors/update', change)).toMatchObject(refused);
    const registry = { name: 'aws', kind: 'ecr', config: { region: 'us-east-1', accountId: '123456789012', credentials: 'machine' } };
    expect(await tenant('/assay/registries/create', registry)).toMatchObject(refused);
    expect((await admin('/assay/registries/create', registry)).status).toBe(200);
  });

  test('says everything that is wrong with its settings, and takes a name once', async () => {
    const wrong = await admin('/assay/collectors/create', { name: 'host', kind: 'docker', config: { address: 'nowhere', colour: 'red' } });
    expect(wrong.status).toBe(400);
    expect(wrong.body['message']).toMatch(/config\.colour is not known.*config\.address must be/);
    expect((await admin('/assay/collectors/create', { name: 'x', kind: 'mesos' })).body['message']).toMatch(/must be one of push, /);
    await push('shop');
    expect((await admin('/assay/collectors/create', { name: 'shop', kind: 'push' })).status).toBe(409);
  });

  test('belongs to its account', async () => {
    const { collectorArn } = await push('shop');
    const tenant = await service.callerOf({ account: OTHER, name: 'tenant', role: 'admin' });
    expect((await tenant('/assay/collectors/list')).body).toEqual({ collectors: [] });
    for (const uri of ['get', 'update', 'delete'])
      expect((await tenant(`/assay/collectors/${uri}`, { collectorArn: collectorArn.replace('000000000000', String(OTHER)) })).status).toBe(
        404,
      );
    await push('bank');
    const page = await admin('/assay/collectors/list', { maxResults: 1 });
    const rest = await admin('/assay/collectors/list', { maxResults: 1, nextToken: page.body['nextToken'] });
    const names = [page, rest].flatMap(({ body }) => (body['collectors'] as { name: string }[]).map(({ name }) => name));
    expect(names.sort()).toEqual(['bank', 'shop']);
    expect(rest.body['nextToken']).toBeUndefined();
  });
});
