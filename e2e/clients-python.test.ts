import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFindings, bomOf, inspector, submit, submitted } from './api.ts';
import { run } from './cli.ts';
import { pythonEnvironment } from './python-environment.ts';
import { has, working } from './requirements.ts';
import { cleanEnvironment, cleanUp, type Service, scratch, startService } from './service.ts';

/** Amazon's command line and its Python SDK: they share no code with the JavaScript one, and parse answers more strictly. */
const NEEDED = ['-c', "import boto3; boto3.client('inspector2', region_name='us-east-1').get_configuration"];
const aws = working(['aws'], ['--version']);
const hasAws = has('the AWS CLI', aws !== undefined, 'apt-get install awscli');
const folder = scratch();
const python = working(['python3', '/usr/bin/python3'], NEEDED) ?? ownPython();
const hasBoto = has('boto3', python !== undefined, 'apt-get install python3-boto3, or python3-venv where pip works');

/** An environment of our own, where the machine's Python has no boto3. */
function ownPython(): string | undefined {
  const programs = pythonEnvironment(['awscli>=1.45', 'boto3>=1.43']);
  return programs === undefined ? undefined : working([path.join(programs, 'python3')], NEEDED);
}

let service: Service;
let arns: string[] = [];
beforeAll(async () => {
  service = await startService({ data: path.join(folder, 'data') });
  for (const [number, version] of ['4.17.15', '4.17.20', '3.10.0'].entries()) {
    const document = bomOf([`pkg:npm/lodash@${version}`, 'pkg:pypi/django@3.2.0']);
    const job = await submit(service, document, { repository: `shop/app-${number}`, tag: `v${number}` });
    expect(await submitted(service, job)).toMatchObject({ status: 'SUCCEEDED' });
  }
  arns = (await allFindings(inspector(service))).map((one) => one.findingArn ?? '').sort();
  expect(arns.length).toBeGreaterThan(30);
}, 180_000);
afterAll(() => cleanUp(folder));

const environment = () => ({ ...cleanEnvironment(folder), AWS_SHARED_CREDENTIALS_FILE: service.credentialsFile, AWS_PAGER: '' });

describe.skipIf(!hasAws)('the AWS CLI', () => {
  const ask = (...words: readonly string[]) => {
    const where = ['--endpoint-url', service.address, '--region', 'us-east-1', '--output', 'json'];
    return run(['aws', ...where, ...words], { cwd: folder, environment: environment() });
  };
  const answer = async (...words: readonly string[]) => {
    const { code, out, err } = await ask(...words);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return JSON.parse(out === '' ? '{}' : out);
  };

  test('pages to the end by itself', async () => {
    const { findings } = await answer(
      'inspector2',
      'list-findings',
      '--page-size',
      '7',
      '--sort-criteria',
      'field=SEVERITY,sortOrder=DESC',
    );
    expect(findings.map((one: { findingArn: string }) => one.findingArn).sort()).toEqual(arns);
  });

  test('filters as its help says', async () => {
    const criteria =
      'vulnerablePackages=[{name={comparison=EQUALS,value=lodash},version={comparison=PREFIX,value=4.17}}],severity=[{comparison=EQUALS,value=HIGH}]';
    const { findings } = await answer(
      'inspector2',
      'list-findings',
      '--filter-criteria',
      criteria,
      '--query',
      '{findings: findings[].[severity, title]}',
    );
    expect(findings.length).toBeGreaterThan(0);
    expect(new Set(findings.map(([severity]: [string]) => severity))).toEqual(new Set(['HIGH']));
  });

  test('knows the other operations', async () => {
    expect(await answer('sts', 'get-caller-identity')).toMatchObject({ Account: '000000000000' });
    expect((await answer('inspector2', 'list-coverage', '--max-items', '2')).coveredResources).toHaveLength(2);
    expect(await answer('inspector2', 'list-coverage-statistics')).toMatchObject({ totalCounts: 3 });
    const { responses } = await answer('inspector2', 'list-finding-aggregations', '--aggregation-type', 'PACKAGE');
    expect(responses.map((one: { packageAggregation: { packageName: string } }) => one.packageAggregation.packageName).sort()).toEqual([
      'django',
      'lodash',
    ]);
    expect(await answer('inspector2', 'batch-get-account-status')).toMatchObject({ accounts: [{ state: { status: 'ENABLED' } }] });
  });

  test('says what is wrong in the words of the service', async () => {
    const { code, err } = await ask('inspector2', 'list-findings', '--max-results', '500');
    expect(code).not.toBe(0);
    expect(err).toMatch(/ValidationException.*maxResults must be between 1 and 100/);
    expect((await ask('inspector2', 'delete-filter', '--arn', 'none')).err).toMatch(/ResourceNotFoundException.*There is no filter none/);
  });
});

const PROGRAM = `
import boto3, botocore, datetime, json, sys
session = boto3.session.Session(region_name='us-east-1')
client = session.client('inspector2', endpoint_url=sys.argv[1])
def pages(name, key, **arguments):
    return [one for page in client.get_paginator(name).paginate(PaginationConfig={'PageSize': 10}, **arguments) for one in page[key]]
findings = pages('list_findings', 'findings', sortCriteria={'field': 'INSPECTOR_SCORE', 'sortOrder': 'DESC'})
scores = [one['inspectorScore'] for one in findings if 'inspectorScore' in one]
first = findings[0]
out = {
    'arns': sorted(one['findingArn'] for one in findings),
    'ordered': scores == sorted(scores, reverse=True),
    'dates': all(isinstance(one[name], datetime.datetime) for one in findings for name in ('firstObservedAt', 'lastObservedAt', 'updatedAt')),
    'fresh': all(abs((datetime.datetime.now(datetime.timezone.utc) - one['firstObservedAt']).total_seconds()) < 3600 for one in findings),
    'again': [one['findingArn'] for one in client.list_findings(filterCriteria={'findingArn': [{'comparison': 'EQUALS', 'value': first['findingArn']}]})['findings']] == [first['findingArn']],
    'dated': len(client.list_findings(filterCriteria={'updatedAt': [{'startInclusive': first['updatedAt'] - datetime.timedelta(hours=1)}]}, maxResults=1)['findings']),
    # Debian 12's boto3 is older than this operation.
    'details': not hasattr(client, 'batch_get_finding_details') or client.batch_get_finding_details(findingArns=[first['findingArn']])['findingDetails'][0]['findingArn'] == first['findingArn'],
    'coverage': sorted(one['resourceMetadata']['ecrRepository']['name'] for one in pages('list_coverage', 'coveredResources')),
    'statistics': client.list_coverage_statistics()['totalCounts'],
    'titles': sum(one['titleAggregation']['severityCounts']['all'] for one in pages('list_finding_aggregations', 'responses', aggregationType='TITLE')),
    'configuration': client.get_configuration()['ecrConfiguration']['rescanDurationState']['status'],
    'off': client.disable(resourceTypes=['LAMBDA'])['accounts'][0]['resourceStatus']['lambda'],
    'on': client.enable(resourceTypes=['LAMBDA'])['accounts'][0]['resourceStatus']['lambda'],
    'caller': session.client('sts', endpoint_url=sys.argv[1]).get_caller_identity()['Arn'],
}
def refused(run):
    try:
        run()
    except botocore.exceptions.ClientError as error:
        answer = error.response
        return [type(error).__name__, answer['Error']['Code'], answer.get('reason'), [field['name'] for field in answer.get('fields', [])], answer['ResponseMetadata'].get('RetryAttempts')]
out['field'] = refused(lambda: client.list_findings(filterCriteria={'inspectorScore': [{'lowerInclusive': 99}], 'severity': [{'comparison': 'NONE', 'value': 'x'}]}))
out['later'] = refused(lambda: client.list_cis_scans())
stranger = boto3.client('inspector2', endpoint_url=sys.argv[1], region_name='us-east-1', aws_access_key_id='AKIAABCDEFGHIJKLMNOP', aws_secret_access_key='x' * 40)
out['stranger'] = refused(stranger.list_findings)[0:2]
print(json.dumps(out))
`;

describe.skipIf(!hasBoto)('boto3', () => {
  test('gets pages, times, numbers and typed errors', async () => {
    const { code, out, err } = await run([python ?? '', '-c', PROGRAM, service.address], { cwd: folder, environment: environment() });
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(JSON.parse(out)).toEqual({
      arns,
      ordered: true,
      dates: true,
      fresh: true,
      again: true,
      dated: 1,
      details: true,
      coverage: ['shop/app-0', 'shop/app-1', 'shop/app-2'],
      statistics: 3,
      titles: arns.length,
      configuration: 'SUCCESS',
      off: 'DISABLED',
      on: 'ENABLED',
      caller: 'arn:aws:iam::000000000000:user/admin',
      field: [
        'ValidationException',
        'ValidationException',
        'FIELD_VALIDATION_FAILED',
        expect.arrayContaining(['filterCriteria.severity[0].comparison']),
        0,
      ],
      later: ['ValidationException', 'ValidationException', 'OTHER', [], 0],
      stranger: [expect.any(String), expect.stringMatching(/InvalidClientTokenId|UnrecognizedClientException|AccessDeniedException/)],
    });
  });
});
