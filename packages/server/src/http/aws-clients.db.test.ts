import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from './testdata/start-service.ts';

/** Amazon's own clients in Python, where they are installed (Debian: awscli, python3-boto3). They share no code with the JavaScript SDK. */
const AWS = process.env['ASSAY_TEST_AWS'] ?? 'aws';
const PYTHON = process.env['ASSAY_TEST_PYTHON'] ?? 'python3';
const hasAws = works(AWS, ['--version']);
const hasBoto = works(PYTHON, ['-c', 'import boto3']);
if (!hasAws) console.log('skipped: the AWS CLI is not installed (apt-get install awscli, or set ASSAY_TEST_AWS)');
if (!hasBoto) console.log('skipped: boto3 is not installed (apt-get install python3-boto3, or set ASSAY_TEST_PYTHON)');

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ now: Date.now });
});
afterAll(() => service?.stop());

const run = promisify(execFile);
const environment = () => ({
  PATH: process.env['PATH'],
  HOME: service.folder,
  AWS_SHARED_CREDENTIALS_FILE: path.join(service.folder, 'credentials'),
  AWS_PAGER: '',
});

describe.skipIf(!hasAws)('the AWS CLI', () => {
  const aws = async (...args: string[]): Promise<unknown> => {
    const all = ['--endpoint-url', service.server.address, '--region', 'us-east-1', '--output', 'json', ...args];
    const { stdout } = await run(AWS, all, { env: environment() });
    return stdout === '' ? {} : JSON.parse(stdout);
  };

  test('works with the credentials file as it was written', async () => {
    expect(await aws('sts', 'get-caller-identity')).toMatchObject({ Account: '000000000000' });
    expect(await aws('inspector2', 'list-findings')).toEqual({ findings: [] });
    expect(await aws('inspector2', 'get-configuration')).toMatchObject({ ec2Configuration: { scanModeState: { scanMode: 'EC2_HYBRID' } } });
    expect(await aws('inspector2', 'disable', '--resource-types', 'LAMBDA')).toMatchObject({
      accounts: [{ resourceStatus: { lambda: 'DISABLED' } }],
    });
    expect(await aws('inspector2', 'batch-get-account-status')).toMatchObject({ accounts: [{ state: { status: 'ENABLED' } }] });
  });

  test('tells people what is wrong', async () => {
    await expect(aws('inspector2', 'list-findings', '--max-results', '500')).rejects.toThrow(
      /ValidationException.*maxResults must be between 1 and 100/,
    );
    const badTag = aws(
      'inspector2',
      'untag-resource',
      '--resource-arn',
      'arn:aws:inspector2:us-east-1:000000000000:owner/000000000000/filter/a b',
      '--tag-keys',
      'aws:x',
    );
    await expect(badTag).rejects.toThrow(/ValidationException.*tagKeys\[0\]/);
  });
});

describe.skipIf(!hasBoto)('boto3', () => {
  test('gets types, pages, typed exceptions and the caller', async () => {
    const program = `
import boto3, json, sys
session = boto3.session.Session(region_name='us-east-1')
client = session.client('inspector2', endpoint_url=sys.argv[1])
out = {}
out['pages'] = sum(len(page['findings']) for page in client.get_paginator('list_findings').paginate(sortCriteria={'field': 'SEVERITY', 'sortOrder': 'DESC'}))
out['on'] = client.enable(resourceTypes=['LAMBDA'])['accounts'][0]['resourceStatus']['lambda']
try:
    client.list_findings(nextToken='made up')
except client.exceptions.ValidationException as error:
    out['reason'] = error.response['reason']
    out['fields'] = [field['name'] for field in error.response['fields']]
try:
    client.list_cis_scans()
except client.exceptions.ValidationException as error:
    out['notBuilt'] = error.response['Error']['Message']
    out['retries'] = error.response['ResponseMetadata']['RetryAttempts']
out['arn'] = session.client('sts', endpoint_url=sys.argv[1]).get_caller_identity()['Arn']
print(json.dumps(out))
`;
    const { stdout } = await run(PYTHON, ['-c', program, service.server.address], { env: environment() });
    expect(JSON.parse(stdout)).toEqual({
      pages: 0,
      on: 'ENABLED',
      reason: 'FIELD_VALIDATION_FAILED',
      fields: ['nextToken'],
      notBuilt: 'ListCisScans is not built yet',
      retries: 0,
      arn: 'arn:aws:iam::000000000000:user/admin',
    });
  });
});
