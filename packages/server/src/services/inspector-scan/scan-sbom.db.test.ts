import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { advisory } from '../../findings/write/testdata/estate.ts';
import { startTestService, type TestService } from '../../http/testdata/start-service.ts';
import type { ServerDependencies } from '../context.ts';

/** There is no JavaScript client of inspector-scan among our packages; Amazon's Python one shares no code with us. */
const PYTHON = process.env['ASSAY_TEST_PYTHON'] ?? 'python3';
const hasBoto = works();
if (!hasBoto) console.log('skipped: boto3 is not installed (apt-get install python3-boto3, or set ASSAY_TEST_PYTHON)');

function works(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import boto3'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const PROGRAM = `
import boto3, json, sys
client = boto3.Session(region_name='us-east-1').client('inspector-scan', endpoint_url=sys.argv[1])
for request in json.load(open(sys.argv[2])):
    try:
        answer = client.scan_sbom(**request)
        print(json.dumps(answer['sbom']))
    except client.exceptions.ValidationException as error:
        print(json.dumps({'reason': error.response['reason'], 'message': error.response['Error']['Message']}))
`;

describe.skipIf(!hasBoto)('ScanSbom through boto3', () => {
  let service: TestService;
  const revisions = memoryRevisions();
  beforeAll(async () => {
    service = await startTestService({
      now: () => Date.now(),
      dependencies: { revisions: revisions as unknown as ServerDependencies['revisions'] },
    });
    await revisions.publish(service.db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
  });
  afterAll(() => service?.stop());

  async function ask(...requests: readonly object[]): Promise<Record<string, unknown>[]> {
    const file = path.join(service.folder, 'requests.json');
    writeFileSync(file, JSON.stringify(requests));
    const { stdout } = await promisify(execFile)(PYTHON, ['-c', PROGRAM, service.server.address, file], {
      env: { PATH: process.env['PATH'], HOME: service.folder, AWS_SHARED_CREDENTIALS_FILE: path.join(service.folder, 'credentials') },
    });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  const sbom = { bomFormat: 'CycloneDX', specVersion: '1.5', components: [{ 'bom-ref': 'comp-1', name: 'a', purl: 'pkg:npm/a@1.0.0' }] };

  test('both formats, and CycloneDX without one', async () => {
    const [plain, cyclonedx, inspector, alternative] = await ask(
      { sbom },
      { sbom, outputFormat: 'CYCLONE_DX_1_5' },
      { sbom, outputFormat: 'INSPECTOR' },
      { sbom, outputFormat: 'INSPECTOR_ALT' },
    );
    expect(plain).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      vulnerabilities: [{ id: 'CVE-2026-1', affects: [{ ref: 'comp-1' }] }],
    });
    expect({ ...cyclonedx, serialNumber: '', metadata: '' }).toEqual({ ...plain, serialNumber: '', metadata: '' });
    expect(inspector).toMatchObject({
      vulnerability_count: { critical: 1 },
      vulnerabilities: [{ id: 'CVE-2026-1', severity: 'critical' }],
    });
    expect(alternative).toEqual(inspector);
  });

  test('what cannot be scanned is refused with its reason', async () => {
    const components = Array.from({ length: 5001 }, () => ({}));
    expect(
      await ask(
        { sbom: { spdxVersion: 'SPDX-2.3' } },
        { sbom: { ...sbom, specVersion: '1.3' } },
        { sbom: [1] },
        { sbom: { ...sbom, components } },
      ),
    ).toMatchObject([
      { reason: 'UNSUPPORTED_SBOM_TYPE' },
      { reason: 'UNSUPPORTED_SBOM_TYPE', message: 'specVersion must be 1.4, 1.5, 1.6 or 1.7.' },
      { reason: 'CANNOT_PARSE' },
      { reason: 'OTHER', message: 'The SBOM has more than 5000 components; split it.' },
    ]);
  });
});
