import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateFindingsReportCommand,
  CreateSbomExportCommand,
  GetFindingsReportStatusCommand,
  type GetFindingsReportStatusCommandOutput,
  GetSbomExportCommand,
} from '@aws-sdk/client-inspector2';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFindings, bomOf, call, inspector, submit, submitted } from './api.ts';
import { assay } from './cli.ts';
import { type Listener, motoPrograms, startMoto } from './listeners.ts';
import { until } from './processes.ts';
import { has } from './requirements.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const folder = scratch();
const moto = motoPrograms();
const hasMoto = has('moto', moto !== undefined, 'apt-get install python3-venv where pip works');
const data = path.join(folder, 'data');
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

let service: Service;
let aws: Listener;
let endpoint: string;
let environment: Readonly<Record<string, string>>;
let s3: S3Client;
let arns: string[];

const ask = async <T>(operation: string, input: object = {}) => {
  const { status, body } = await call<T>(service, `/assay/${operation}`, JSON.stringify(input));
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
};

async function report(bucketName: string, kmsKeyArn: string): Promise<GetFindingsReportStatusCommandOutput> {
  const client = inspector(service);
  const s3Destination = { bucketName, keyPrefix: 'weekly', kmsKeyArn };
  const { reportId } = await client.send(new CreateFindingsReportCommand({ reportFormat: 'JSON', s3Destination }));
  return ended(reportId);
}

async function ended(reportId: string | undefined): Promise<GetFindingsReportStatusCommandOutput> {
  let last: GetFindingsReportStatusCommandOutput | undefined;
  await until(
    async () => {
      last = await inspector(service).send(new GetFindingsReportStatusCommand({ reportId }));
      return last.status !== 'IN_PROGRESS';
    },
    { within: 60_000, what: () => `the end of the report: ${service.output()}` },
  );
  return last as GetFindingsReportStatusCommandOutput;
}

const objects = async (Bucket: string) => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? [];
const arnsOf = (text: string): string[] =>
  (JSON.parse(text) as { findings: { findingArn: string }[] }).findings.map((one) => one.findingArn).sort();

async function fetched(Bucket: string, Key: string): Promise<string> {
  const file = path.join(folder, 'fetched.enc');
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  writeFileSync(file, (await Body?.transformToByteArray()) ?? '');
  return file;
}

const decrypt = (...args: string[]) => assay(['decrypt', ...args], { cwd: folder, environment: { ASSAY_DATA_DIR: data } });
const withServer = () => ['--server', service.address, '--credentials', service.credentialsFile];

beforeAll(async () => {
  if (moto === undefined) return;
  aws = await startMoto(moto.server);
  endpoint = `http://127.0.0.1:${aws.port}`;
  const file = path.join(folder, 'kms-credentials');
  writeFileSync(
    file,
    `[default]\naws_access_key_id = ${credentials.accessKeyId}\naws_secret_access_key = ${credentials.secretAccessKey}\n`,
  );
  environment = { ASSAY_WEBHOOK_HOSTS: '127.0.0.1', ASSAY_KMS_CREDENTIALS_FILE: file, ASSAY_KMS_ENDPOINT: endpoint };
  service = await startService({ data, environment });
  const job = await submit(service, bomOf(['pkg:npm/lodash@4.17.15', 'pkg:pypi/django@3.2.0']), { repository: 'shop/api', tag: 'v1' });
  expect(await submitted(service, job)).toMatchObject({ status: 'SUCCEEDED' });
  arns = (await allFindings(inspector(service))).map((one) => one.findingArn ?? '').sort();
  expect(arns.length).toBeGreaterThan(10);
  s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'reports' }));
}, 300_000);
afterAll(async () => {
  await aws?.stop();
  await cleanUp(folder);
});

describe.skipIf(!hasMoto)('exports of the real service', () => {
  test('go to a directory, and are opened with the master key alone', async () => {
    const { keyArn } = await ask<{ keyArn: string }>('keys/create');
    const { reportId, status } = await report('local-bucket', keyArn);
    expect(status).toBe('SUCCEEDED');
    const file = path.join(data, `exports/local-bucket/weekly/${reportId}.json.enc`);
    const out = path.join(folder, 'report.json');
    expect(await decrypt(file, '-o', out)).toMatchObject({ code: 0, err: '' });
    expect(arnsOf(readFileSync(out, 'utf8'))).toEqual(arns);
    // A newer version of the key opens what the older one wrapped, and wraps what comes.
    await ask('keys/rotate', { keyArn });
    const { reportId: second } = await report('local-bucket', keyArn);
    for (const id of [reportId, second]) {
      const { code, out: text } = await decrypt(path.join(data, `exports/local-bucket/weekly/${id}.json.enc`));
      expect(code).toBe(0);
      expect(arnsOf(text)).toEqual(arns);
    }
    const cut = path.join(folder, 'cut.enc');
    writeFileSync(cut, readFileSync(file).subarray(0, -5));
    const partial = path.join(folder, 'partial.json');
    const failed = await decrypt(cut, '-o', partial);
    expect(failed).toMatchObject({ code: 3, err: expect.stringMatching(/ends too early/) });
    expect(() => readFileSync(partial)).toThrow();
    expect(() => readFileSync(`${partial}.partial`)).toThrow();
  });

  test('assay report asks, waits and fetches', async () => {
    const words = ['report', '--server', service.address, '--credentials', service.credentialsFile];
    const { code, out } = await assay(words, { cwd: folder });
    expect(code).toBe(0);
    expect(out.split('\r\n').length - 2).toBe(arns.length);
    const json = path.join(folder, 'findings.json');
    expect(await assay([...words, '-f', 'json', '-o', json], { cwd: folder })).toMatchObject({ code: 0 });
    expect(arnsOf(readFileSync(json, 'utf8'))).toEqual(arns);
  });

  test('go to S3 under a key of KMS, and are opened through the service', async () => {
    // The SDK writes members of its own into the credentials it is given.
    const { accessKeyId, secretAccessKey } = credentials;
    const store = { endpoint, region: 'us-east-1', accessKeyId, secretAccessKey };
    await ask('export-store/update', store);
    expect(await ask('export-store/get')).toEqual({
      store: { endpoint, region: 'us-east-1', pathStyle: true, accessKeyId: credentials.accessKeyId, updatedAt: expect.any(Number) },
    });
    const kms = new KMSClient({ endpoint, region: 'us-east-1', credentials });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const { keyArn } = await ask<{ keyArn: string }>('keys/create', { provider: 'KMS', name: KeyMetadata?.Arn });
    expect(keyArn).toBe(KeyMetadata?.Arn);
    const { reportId, status } = await report('reports', keyArn);
    expect(status).toBe('SUCCEEDED');
    const key = `weekly/${reportId}.json.enc`;
    expect((await objects('reports')).map((one) => one.Key)).toEqual([key]);
    const file = await fetched('reports', key);
    const { code, out } = await decrypt(file, ...withServer());
    expect(code).toBe(0);
    expect(arnsOf(out)).toEqual(arns);
    expect(await decrypt(file)).toMatchObject({ code: 3, out: '' });
    const piece = await ask<{ content: string }>('exports/download', { reportId });
    expect(arnsOf(Buffer.from(piece.content, 'base64').toString())).toEqual(arns);

    const client = inspector(service);
    const s3Destination = { bucketName: 'reports', kmsKeyArn: keyArn };
    const made = await client.send(new CreateSbomExportCommand({ reportFormat: 'CYCLONEDX_1_4', s3Destination }));
    const sbom = { reportId: made.reportId as string };
    await until(async () => (await client.send(new GetSbomExportCommand(sbom))).status !== 'IN_PROGRESS', { within: 60_000 });
    expect(await client.send(new GetSbomExportCommand(sbom))).toMatchObject({ status: 'SUCCEEDED' });
    const [document] = (await objects('reports')).filter((one) => one.Key?.startsWith('CYCLONEDX_1_4_outputs_'));
    const opened = await decrypt(await fetched('reports', document?.Key ?? ''), ...withServer());
    expect(JSON.parse(opened.out)).toMatchObject({ specVersion: '1.4', components: expect.any(Array) });

    // What KMS does not have is no key here either.
    const unknown = { provider: 'KMS', name: keyArn.replace(/.{12}$/, '000000000000') };
    const refused = await call(service, '/assay/keys/create', JSON.stringify(unknown));
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringMatching(/KMS refuses/) } });
    expect(await report('reports', unknown.name)).toMatchObject({ status: 'FAILED', errorCode: 'MALFORMED_KMS_KEY' });
  });

  test('say what the bucket store says', async () => {
    const { keyArn } = await ask<{ keyArn: string }>('keys/create');
    expect(await report('no-such-bucket', keyArn)).toMatchObject({ status: 'FAILED', errorCode: 'BUCKET_NOT_FOUND' });
  });

  test('killed at any moment, a report is there once and whole after the restart', async () => {
    const { keyArn } = await ask<{ keyArn: string }>('keys/create');
    for (const wait of [0, 15, 60]) {
      const s3Destination = { bucketName: 'reports', keyPrefix: `kill-${wait}`, kmsKeyArn: keyArn };
      const { reportId } = await inspector(service).send(new CreateFindingsReportCommand({ reportFormat: 'JSON', s3Destination }));
      await pause(wait);
      await service.end('SIGKILL');
      service = await startService({ data, environment });
      expect(await ended(reportId)).toMatchObject({ status: 'SUCCEEDED' });
      const mine = (await objects('reports')).filter((one) => one.Key?.startsWith(`kill-${wait}/`));
      expect(mine.map((one) => one.Key)).toEqual([`kill-${wait}/${reportId}.json.enc`]);
      const { out } = await decrypt(await fetched('reports', mine[0]?.Key ?? ''));
      expect(arnsOf(out)).toEqual(arns);
    }
    // At most an upload that nobody had heard of yet when its process died; none of them is visible.
    expect(((await s3.send(new ListMultipartUploadsCommand({ Bucket: 'reports' }))).Uploads ?? []).length).toBeLessThanOrEqual(3);
  }, 300_000);
});
