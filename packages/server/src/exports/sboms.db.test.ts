import { readFileSync } from 'node:fs';
import path from 'node:path';
import { missingDataReason, unpackTestData } from '@assay/testkit/test-data.ts';
import {
  CreateSbomExportCommand,
  GetSbomExportCommand,
  type Inspector2Client,
  type ResourceFilterCriteria,
} from '@aws-sdk/client-inspector2';
import { Ajv, type AnySchema } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExportService, startExportService } from './export-service.testdata.ts';

const schemas = unpackTestData('schemas');
if (schemas === null) console.log(missingDataReason('schemas'));

let it: ExportService;
let client: Inspector2Client;
let keyArn: string;
beforeAll(async () => {
  it = await startExportService();
  client = await it.clientOf(1);
  keyArn = await it.newKey(1);
  const evidence = {
    version: 1,
    subject: { kind: 'sbom', name: 'shop/api', format: 'x', digest: 'sha256:1' },
    distro: { id: 'debian', version: '12', prettyName: 'Debian 12' },
    catalogers: {},
    packages: it.estate.packages
      .slice(1)
      .map((p) => ({ id: p.id, evidence: [{ cataloger: 'x', path: `opt/${p.id}` }], licenses: ['MIT'] })),
  };
  const blob = await it.world.blobs.put(Buffer.from(JSON.stringify(evidence)));
  await it.service.db.owner.query('update inventory set evidence = $1', [blob]);
});
afterAll(() => it?.service.stop());

async function exported(reportFormat: 'CYCLONEDX_1_4' | 'SPDX_2_3', resourceFilterCriteria?: ResourceFilterCriteria) {
  const s3Destination = { bucketName: 'sboms', keyPrefix: 'all', kmsKeyArn: keyArn };
  const { reportId } = await client.send(new CreateSbomExportCommand({ reportFormat, s3Destination, resourceFilterCriteria }));
  await it.work();
  const answer = await client.send(new GetSbomExportCommand({ reportId: reportId as string }));
  const files = it.files('sboms').filter((file) => file.includes(reportId as string));
  return { answer, reportId, files };
}

const mine = () => it.estate.resources.filter((one) => one.account === 1);

const SCHEMAS = { CYCLONEDX_1_4: 'cyclonedx/bom-1.4.schema.json', SPDX_2_3: 'spdx/spdx-schema-2.3.json' };

function validator(format: keyof typeof SCHEMAS) {
  const load = (file: string): AnySchema => JSON.parse(readFileSync(path.join(schemas as string, file), 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false, schemas: [] });
  (formats as unknown as (to: Ajv) => void)(ajv);
  if (format === 'CYCLONEDX_1_4') {
    ajv.addSchema(load('cyclonedx/spdx.schema.json'), 'http://cyclonedx.org/schema/spdx.schema.json');
    ajv.addSchema(load('cyclonedx/jsf-0.82.schema.json'), 'http://cyclonedx.org/schema/jsf-0.82.schema.json');
  }
  return ajv.compile(load(SCHEMAS[format]));
}

test.skipIf(schemas === null).each(['CYCLONEDX_1_4', 'SPDX_2_3'] as const)('%s: one valid document for each resource', async (format) => {
  const { answer, files, reportId } = await exported(format);
  expect(answer).toMatchObject({ reportId, format, status: 'SUCCEEDED', s3Destination: { bucketName: 'sboms', keyPrefix: 'all' } });
  expect(files.length).toBe(mine().length);
  const validate = validator(format);
  for (const file of files) {
    expect(file).toMatch(
      new RegExp(`^all/${format}_outputs_${reportId}/account=000000000001/resource=\\w[\\w.]*/[\\w.-]+_\\d+\\.json\\.enc$`),
    );
    const document = JSON.parse(await it.decrypt(`sboms/${file}`));
    expect(validate(document) ? [] : validate.errors).toEqual([]);
  }
});

test('CycloneDX says what it describes, where packages lie and their licences', async () => {
  const { files } = await exported('CYCLONEDX_1_4', { resourceType: [{ comparison: 'EQUALS', value: 'AWS_ECR_CONTAINER_IMAGE' }] });
  const document = JSON.parse(await it.decrypt(`sboms/${files[0]}`));
  const names = document.metadata.properties.map((one: { name: string }) => one.name);
  expect(names).toEqual(expect.arrayContaining(['imageId', 'architecture', 'accountId', 'resourceType']));
  const { components } = document;
  expect(components.filter((one: { type: string }) => one.type === 'library').length).toBe(it.estate.packages.length);
  expect(components).toContainEqual(expect.objectContaining({ licenses: [{ license: { name: 'MIT' } }], properties: expect.any(Array) }));
});

test('SPDX names what is known to be wrong with a package', async () => {
  const { files } = await exported('SPDX_2_3');
  const documents = await Promise.all(files.map(async (file) => JSON.parse(await it.decrypt(`sboms/${file}`))));
  const references = documents.flatMap((one) => one.packages).flatMap((one) => one.externalRefs ?? []);
  expect(references).toContainEqual(expect.objectContaining({ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl' }));
  expect(references).toContainEqual(
    expect.objectContaining({ referenceCategory: 'SECURITY', referenceLocator: expect.stringMatching(/^https:\/\/(nvd|osv)/) }),
  );
});

test('criteria choose resources as everywhere', async () => {
  const [first] = mine() as unknown as [{ arn: string }];
  const one = await exported('CYCLONEDX_1_4', { resourceId: [{ comparison: 'EQUALS', value: first.arn }] });
  expect(one.files.length).toBe(1);
  const others = await exported('CYCLONEDX_1_4', { resourceId: [{ comparison: 'NOT_EQUALS', value: first.arn }] });
  expect(others.files.length).toBe(mine().length - 1);
  const strangers = await exported('CYCLONEDX_1_4', { accountId: [{ comparison: 'EQUALS', value: '999000000000' }] });
  expect(strangers.answer).toMatchObject({ status: 'FAILED', errorCode: 'NO_FINDINGS_FOUND' });
});

test('a document is downloaded by its resource', async () => {
  const { reportId, files } = await exported('SPDX_2_3');
  const [first] = mine() as unknown as [{ arn: string; id: number }];
  const caller = await it.callerOf(1, 'viewer');
  const { body } = await caller('/assay/exports/download', { reportId, resourceId: first.arn });
  const file = files.find((name) => name.endsWith(`_${first.id}.json.enc`));
  expect(Buffer.from(body['content'] as string, 'base64').toString()).toBe(await it.decrypt(`sboms/${file}`));
  expect((await caller('/assay/exports/download', { reportId, resourceId: 'arn:nothing' })).status).toBe(400);
  expect((await caller('/assay/exports/download', { reportId })).status).toBe(400);
});
