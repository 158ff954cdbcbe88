import {
  CancelFindingsReportCommand,
  CreateFindingsReportCommand,
  type CreateFindingsReportCommandInput,
  GetFindingsReportStatusCommand,
  type Inspector2Client,
  paginateListFindings,
} from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REPORT_COLUMNS } from '../services/inspector2/shapes/report-columns.ts';
import { type ExportService, startExportService } from './export-service.testdata.ts';

let it: ExportService;
let client: Inspector2Client;
let keyArn: string;
beforeAll(async () => {
  it = await startExportService();
  client = await it.clientOf(1);
  keyArn = await it.newKey(1);
});
afterAll(() => it?.service.stop());

const create = (input: Partial<CreateFindingsReportCommandInput> = {}, from = client) =>
  from.send(
    new CreateFindingsReportCommand({
      reportFormat: 'CSV',
      s3Destination: { bucketName: 'reports', keyPrefix: 'team/a', kmsKeyArn: keyArn },
      ...input,
    }),
  );
const status = (reportId?: string) => client.send(new GetFindingsReportStatusCommand({ reportId }));
const mine = (wanted: string) => it.estate.findings.filter((one) => one.account === 1 && one.facts.strings.findingStatus?.includes(wanted));

async function listed(findingStatus: string): Promise<unknown[]> {
  const filterCriteria = { findingStatus: [{ comparison: 'EQUALS' as const, value: findingStatus }] };
  const found: unknown[] = [];
  for await (const page of paginateListFindings({ client, pageSize: 100 }, { filterCriteria })) found.push(...(page.findings ?? []));
  return found;
}

describe('a findings report', () => {
  test('holds what is open, in CSV with every column, encrypted with the key named', async () => {
    const { reportId } = await create();
    expect(await status(reportId)).toMatchObject({
      reportId,
      status: 'IN_PROGRESS',
      destination: { bucketName: 'reports', kmsKeyArn: keyArn },
    });
    await expect(create()).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringMatching(/in progress already/) });
    await it.work();
    expect(await status(reportId)).toMatchObject({ status: 'SUCCEEDED' });
    expect(it.files('reports')).toContain(`team/a/${reportId}.csv.enc`);
    const text = await it.decrypt(`reports/team/a/${reportId}.csv.enc`);
    const lines = text.split('\r\n');
    expect(lines[0]).toBe(`\ufeff${REPORT_COLUMNS.map(([title]) => title).join(',')}`);
    expect(lines.at(-1)).toBe('');
    expect(lines.length - 2).toBe(mine('ACTIVE').length);
    expect(text).toContain('한글 제목');
  });

  test('in JSON holds what ListFindings answers for the same criteria', async () => {
    const filterCriteria = {
      findingStatus: [{ comparison: 'EQUALS' as const, value: 'SUPPRESSED' }],
      firstObservedAt: [{ startInclusive: new Date(0), endInclusive: new Date('2100-01-01') }],
    };
    const { reportId } = await create({ reportFormat: 'JSON', filterCriteria });
    await it.work();
    const answer = await status(reportId);
    expect(answer).toMatchObject({ status: 'SUCCEEDED', filterCriteria });
    const { findings } = JSON.parse(await it.decrypt(`reports/team/a/${reportId}.json.enc`)) as { findings: { findingArn: string }[] };
    const expected = (await listed('SUPPRESSED')) as { findingArn: string }[];
    expect(findings.length).toBeGreaterThan(5);
    expect(findings.map((one) => one.findingArn).sort()).toEqual(expected.map((one) => one.findingArn).sort());
    const [first] = findings;
    expect(first).toEqual(JSON.parse(JSON.stringify(expected.find((one) => one.findingArn === first?.findingArn))));
  });

  test.each([
    ['MALFORMED_KMS_KEY', { s3Destination: { bucketName: 'reports', kmsKeyArn: 'arn:aws:kms:us-east-1:000000000001:key/none' } }],
    ['NO_FINDINGS_FOUND', { filterCriteria: { title: [{ comparison: 'EQUALS' as const, value: 'there is none such' }] } }],
  ])('fails with %s', async (errorCode, input) => {
    const before = it.files('reports');
    const { reportId } = await create(input);
    await it.work();
    expect(await status(reportId)).toMatchObject({ status: 'FAILED', errorCode, errorMessage: expect.stringMatching(/\w/) });
    expect(it.files('reports')).toEqual(before);
    expect(it.files('.uploads')).toEqual([]);
  });

  test.each([
    ['../etc', 'a'],
    ['UPPER', 'a'],
    ['a..b', 'a'],
    ['ok-bucket', '../x'],
    ['ok-bucket', '/x'],
    ['ok-bucket', 'a//b'],
    ['ok-bucket', '.hidden'],
    ['ok-bucket', 'a\0b'],
  ])('never leaves its place: %j %j', async (bucketName, keyPrefix) => {
    await expect(create({ s3Destination: { bucketName, keyPrefix, kmsKeyArn: keyArn } })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('is cancelled before it is written, and leaves nothing', async () => {
    const before = it.files('reports');
    const { reportId } = await create();
    await client.send(new CancelFindingsReportCommand({ reportId }));
    expect(await status()).toMatchObject({ reportId, status: 'CANCELLED' });
    await it.work();
    expect(it.files('reports')).toEqual(before);
    const { reportId: next } = await create();
    await it.work();
    expect(await status(next)).toMatchObject({ status: 'SUCCEEDED' });
    await expect(client.send(new CancelFindingsReportCommand({ reportId: next }))).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await it.service.db.worker.query("select 1 from job where kind = 'export'")).toMatchObject({ rowCount: 0 });
  });

  test('is its account’s alone, and its operators’', async () => {
    const { reportId } = await create();
    const stranger = await it.clientOf(999);
    for (const command of [
      new GetFindingsReportStatusCommand({ reportId }),
      new CancelFindingsReportCommand({ reportId: reportId as string }),
    ]) {
      await expect(stranger.send(command as never)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
    await it.work();
    const strange = await (await it.callerOf(999))('/assay/exports/download', { reportId });
    expect(strange.status).toBe(404);
    const viewer = await it.clientOf(1, 'viewer');
    await expect(create({}, viewer)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    // A key of another account is none.
    const { reportId: theirs } = await create({}, stranger);
    await it.work();
    expect(await stranger.send(new GetFindingsReportStatusCommand({ reportId: theirs }))).toMatchObject({ errorCode: 'MALFORMED_KMS_KEY' });
  });

  test('is listed and downloaded in plain text through the API', async () => {
    const { reportId } = await create({ reportFormat: 'JSON' });
    await it.work();
    const viewer = await it.callerOf(1, 'viewer');
    const { body: list } = await viewer('/assay/exports/list', { maxResults: 1 });
    expect(list['exports']).toMatchObject([
      { reportId, kind: 'FINDINGS_REPORT', status: 'SUCCEEDED', itemCount: mine('ACTIVE').length, keyPrefix: 'team/a' },
    ]);
    expect(list['nextToken']).toBeDefined();
    const { body } = await viewer('/assay/exports/download', { reportId });
    expect(body['fileName']).toBe(`${reportId}.json`);
    expect(Buffer.from(body['content'] as string, 'base64').toString()).toBe(await it.decrypt(`reports/team/a/${reportId}.json.enc`));
  });
});
