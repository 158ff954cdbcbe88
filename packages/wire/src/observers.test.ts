import { CreateFilterCommand, Inspector2Client, ListFindingsCommand } from '@aws-sdk/client-inspector2';
import { afterEach, expect, test } from 'vitest';
import { loadModel } from './load-model.ts';
import { HIDDEN, redact } from './redact.ts';
import type { Observer, RequestRecord } from './request-record.ts';
import { CREDENTIALS, IDENTITY, startTestGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;
let client: Inspector2Client;
let records: RequestRecord[] = [];
afterEach(async () => {
  client.destroy();
  await gateway.close();
});

async function start(observe: Observer = (record) => void records.push(record)): Promise<void> {
  records = [];
  const handlers = {
    inspector2: {
      ListFindings: async () => ({ findings: [] }),
      CreateFilter: async () => {
        throw new TypeError('a bug that holds details');
      },
    },
  };
  gateway = await startTestGateway({ handlers, gateway: { observers: [observe] } });
  client = new Inspector2Client({ endpoint: gateway.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 });
}

test('each request is told once, with who asked what and how it ended', async () => {
  await start();
  const criteria = { severity: [{ comparison: 'EQUALS' as const, value: 'HIGH' }] };
  await client.send(new ListFindingsCommand({ maxResults: 5, filterCriteria: criteria }));
  await expect(client.send(new ListFindingsCommand({ maxResults: 500 }))).rejects.toThrow('maxResults');
  await expect(client.send(new CreateFilterCommand({ name: 'x', action: 'NONE', filterCriteria: {} }))).rejects.toThrow('internal error');
  await fetch(gateway.url, { method: 'POST' });
  expect(records).toMatchObject([
    { service: 'inspector2', operation: 'ListFindings', readonly: true, status: 200, principal: { ...IDENTITY, via: 'sigv4' } },
    { operation: 'ListFindings', status: 400, errorCode: 'ValidationException', errorMessage: 'maxResults must be between 1 and 100' },
    { operation: 'CreateFilter', readonly: false, status: 500, errorCode: 'InternalServerException' },
    { status: 403, errorCode: 'MissingAuthenticationTokenException', readonly: true },
  ]);
  expect(records.map((record) => record.input())).toEqual([
    { maxResults: 5, filterCriteria: criteria },
    undefined,
    { name: 'x', action: 'NONE', filterCriteria: {} },
    undefined,
  ]);
  expect(new Set(records.map((record) => record.requestId)).size).toBe(4);
  expect(records[0]?.sourceAddress).toMatch(/127\.0\.0\.1/);
  expect(records[0]?.userAgent).toMatch(/^aws-sdk-js/);
  expect(records.every((record) => record.duration >= 0 && record.at > 0)).toBe(true);
  expect(records[3]?.principal).toBeUndefined();
});

test('an answer waits for the observer, and is none when the record could not be kept', async () => {
  let release: (() => void) | undefined;
  await start(() => new Promise<void>((resolve) => (release = resolve)));
  let answered = false;
  const asked = client.send(new ListFindingsCommand({})).then(() => (answered = true));
  await expect.poll(() => release).toBeDefined();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(answered).toBe(false);
  release?.();
  await asked;
  await gateway.close();
  client.destroy();
  await start(() => Promise.reject(new Error('the disk is full')));
  await expect(client.send(new ListFindingsCommand({}))).rejects.toMatchObject({ name: 'InternalServerException' });
  expect(gateway.errors.join()).toContain('the disk is full');
});

test('secrets, documents and masses do not reach a record', async () => {
  const assay = await loadModel('assay');
  expect(redact(assay, 'CreateSinkRequest', { name: 'n', kind: 'webhook', secret: 'hunter2hunter2hunter2' })).toEqual({
    name: 'n',
    kind: 'webhook',
    secret: HIDDEN,
  });
  expect(redact(assay, 'SubmitInventoryRequest', { document: new Uint8Array(5000), name: 'x' })).toEqual({
    document: '(5000 bytes)',
    name: 'x',
  });
  const inspector2 = await loadModel('inspector2');
  const details = { gitlabSelfManaged: { instanceUrl: 'https://git.example', accessToken: 'glpat-1234567890' } };
  const secret = JSON.stringify(
    redact(inspector2, 'CreateCodeSecurityIntegrationRequest', { name: 'n', type: 'GITLAB_SELF_MANAGED', details }),
  );
  expect(secret).not.toMatch(/glpat|git\.example/);
  const severity = Array.from({ length: 5000 }, () => ({ comparison: 'EQUALS', value: `\ud800${'y'.repeat(3000)}` }));
  const big = JSON.stringify(redact(inspector2, 'ListFindingsRequest', { filterCriteria: { severity, title: severity } }));
  expect(big.length).toBeLessThan(20_000);
  expect(big).toMatch(/… \d+ more/);
  expect(big.isWellFormed() && !big.includes('\\ud800')).toBe(true);
});
