import { verifyWebhook } from '@assay/connectors/sinks/webhook/webhook.ts';
import type { AssayOperations } from '@assay/wire/assay-types.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allFindings, bomOf, call, inspector, submit, submitted } from './api.ts';
import { run } from './cli.ts';
import { type HttpListener, type Listener, motoPrograms, startHttp, startMoto, startSmtp, startSyslog } from './listeners.ts';
import { until } from './processes.ts';
import { has, hasPrograms } from './requirements.ts';
import { cleanEnvironment, cleanUp, type Service, scratch, startService } from './service.ts';

const folder = scratch();
const hasDaemons = has('exim4', hasPrograms('/usr/sbin/exim4'), 'apt-get install exim4-daemon-light') && hasPrograms('/usr/sbin/rsyslogd');
const moto = motoPrograms();
const hasMoto = has('moto', moto !== undefined, 'apt-get install python3-venv where pip works');
const secret = 'sixteen letters or more';

let service: Service;
let http: HttpListener;
const started: Listener[] = [];
beforeAll(async () => {
  http = await startHttp();
  started.push(http);
  service = await startService({ data: `${folder}/data`, environment: { ASSAY_WEBHOOK_HOSTS: '127.0.0.1' } });
}, 180_000);
afterAll(async () => {
  await Promise.all(started.map((one) => one.stop()));
  await cleanUp(folder);
});

type Wish = AssayOperations['CreateSink']['input'];
type State = AssayOperations['GetSink']['output'];
async function makeSink(wish: Wish): Promise<string> {
  const { status, body } = await call<{ sinkArn: string }>(service, '/assay/sinks/create', JSON.stringify(wish));
  expect({ status, body }).toMatchObject({ status: 200 });
  return body.sinkArn;
}
async function stateOf(sinkArn: string): Promise<State> {
  return (await call<State>(service, '/assay/sinks/get', JSON.stringify({ sinkArn }))).body;
}
async function newFindings(repository: string): Promise<string[]> {
  const job = await submit(service, bomOf(['pkg:npm/lodash@4.17.15']), { repository, tag: 'v1' });
  expect(await submitted(service, job)).toMatchObject({ status: 'SUCCEEDED' });
  const filterCriteria = { ecrImageRepositoryName: [{ comparison: 'EQUALS' as const, value: repository }] };
  const arns = (await allFindings(inspector(service), { filterCriteria })).map((one) => one.findingArn ?? '').sort();
  expect(arns.length).toBeGreaterThan(1);
  return arns;
}

test('webhook, Slack and Teams get each finding, signed or escaped; one that fails hears of it later and loses nothing', async () => {
  const base = `http://127.0.0.1:${http.port}`;
  const hook = await makeSink({ name: 'hook', kind: 'webhook', config: { url: `${base}/hook` }, secret });
  await makeSink({ name: 'slack', kind: 'slack', secret: `${base}/slack`, mode: 'EACH' });
  await makeSink({ name: 'teams', kind: 'teams', secret: `${base}/teams`, mode: 'EACH' });
  http.answer = 503;
  const arns = await newFindings('shop/http');
  await until(async () => (await stateOf(hook)).sink.status === 'RETRYING', { within: 30_000 });
  expect((await stateOf(hook)).sink).toMatchObject({ lastError: 'the receiver answered 503', failedAttempts: expect.any(Number) });
  http.answer = 200;
  const at = (path: string) => http.requests.filter((request) => request.path === path);
  const hooked = () => at('/hook').flatMap(({ body }) => JSON.parse(body).events as { type: string; finding?: { arn: string } }[]);
  const told = () => hooked().flatMap((event) => event.finding?.arn ?? []);
  await until(() => arns.every((arn) => told().includes(arn)), { within: 60_000, what: () => http.text() });
  expect(told().sort()).toEqual(arns);
  const { headers, body } = at('/hook')[0]!;
  expect(verifyWebhook(String(headers['assay-signature']), body, { secret, now: Date.now(), toleranceSeconds: 300 })).toBe(true);
  for (const path of ['/slack', '/teams']) {
    await until(() => at(path).length > 0, { within: 60_000 });
    expect(
      at(path)
        .map((request) => request.body)
        .join(),
    ).toContain('shop/http');
  }
  expect((await stateOf(hook)).sink).toMatchObject({ status: 'ACTIVE', lastDeliveredAt: expect.anything() });
});

test('a sink is checked, tested, paused, listed and removed over the API; a scan can be asked for', async () => {
  const ask = <T>(path: string, body: object) => call<T>(service, path, JSON.stringify(body));
  const problem = await ask<{ fields: { name: string }[] }>('/assay/sinks/create', {
    name: 'x',
    kind: 'email',
    config: { host: 'm', port: 'no', colour: 'red' },
  });
  expect(problem.status).toBe(400);
  expect(problem.body.fields.map(({ name }) => name).sort()).toEqual(['config.colour', 'config.from', 'config.port', 'config.to']);
  expect((await ask('/assay/sinks/create', { name: 'x', kind: 'pigeon' })).status).toBe(400);
  expect((await ask('/assay/sinks/create', { name: 'x', kind: 'slack', secret: 'https://a.example/x', mode: 'TICKETS' })).status).toBe(400);

  const url = `http://127.0.0.1:${http.port}/paused`;
  const sinkArn = await makeSink({ name: 'paused', kind: 'webhook', config: { url }, secret, filter: { kinds: ['OPENED'] } });
  expect((await ask('/assay/sinks/create', { name: 'paused', kind: 'webhook', config: { url }, secret })).status).toBe(409);
  expect(await ask('/assay/sinks/update', { sinkArn, enabled: false, name: 'resting' })).toMatchObject({ status: 200, body: { sinkArn } });
  const arns = await newFindings('shop/api');
  expect((await ask('/assay/sinks/test', { sinkArn })).status).toBe(200);
  const at = () => http.requests.filter((request) => request.path === '/paused').flatMap(({ body }) => JSON.parse(body).events);
  await until(() => at().length > 0, { within: 30_000 });
  expect(at()).toEqual([expect.objectContaining({ type: 'test', sink: 'resting' })]);
  expect((await stateOf(sinkArn)).sink).toMatchObject({ status: 'PAUSED', config: { url }, filter: { kinds: ['OPENED'] } });
  expect(JSON.stringify(await stateOf(sinkArn))).not.toContain(secret);
  await ask('/assay/sinks/update', { sinkArn, enabled: true });
  await until(() => at().filter((event) => event.type === 'finding').length >= arns.length, { within: 30_000 });
  expect((await ask('/assay/sinks/dead-letters/list', { sinkArn })).body).toEqual({ deadLetters: [] });
  expect((await ask('/assay/sinks/dead-letters/replay', { sinkArn })).body).toEqual({ deadLetterCount: 0 });
  const { body: listed } = await ask<AssayOperations['ListSinks']['output']>('/assay/sinks/list', { maxResults: 100 });
  expect(listed.sinks.map(({ name }) => name)).toContain('resting');
  expect((await ask('/assay/sinks/delete', { sinkArn })).status).toBe(200);
  expect((await ask('/assay/sinks/get', { sinkArn })).status).toBe(404);

  const filterCriteria = { ecrImageRepositoryName: [{ comparison: 'EQUALS' as const, value: 'shop/api' }] };
  const [finding] = await allFindings(inspector(service), { filterCriteria });
  const resourceArn = finding?.resources?.[0]?.id ?? '';
  const { body: scan } = await ask<{ scanId: string }>('/assay/scans/start', { resourceArn });
  await until(async () => (await ask<{ status: string }>('/assay/scans/get', { scanId: scan.scanId })).body.status === 'SUCCEEDED', {
    within: 30_000,
  });
  expect((await ask('/assay/scans/get', { scanId: scan.scanId })).body).toMatchObject({ resourceArn });
  expect((await ask('/assay/scans/start', { resourceArn: 'nothing' })).status).toBe(404);
});

test.runIf(hasDaemons)('mail and syslog arrive at the daemons of Debian', async () => {
  const [smtp, log] = [await startSmtp(folder), await startSyslog(folder)];
  started.push(smtp, log);
  const mail = { host: '127.0.0.1', port: String(smtp.port), security: 'none', from: 'assay@example.com', to: 'team@example.com' };
  await makeSink({ name: 'mail', kind: 'email', mode: 'EACH', config: mail });
  const to = { host: '127.0.0.1', port: String(log.port) };
  await makeSink({ name: 'log-tcp', kind: 'syslog', config: { ...to, transport: 'tcp' } });
  await makeSink({ name: 'log-udp', kind: 'syslog', config: { ...to, transport: 'udp' }, filter: { kinds: ['OPENED'] } });
  const arns = await newFindings('shop/daemons');
  const lines = () =>
    log
      .text()
      .split('\n')
      .filter((line) => line.includes('finding-OPENED') && line.includes('shop/daemons'));
  await until(() => lines().length >= 2 * arns.length && smtp.text().includes('Message-ID'), { within: 60_000, what: () => log.text() });
  for (const arn of arns) expect(lines().filter((line) => line.includes(`finding="${arn}"`))).toHaveLength(2);
  expect(smtp.text()).toMatch(/^To: team@example\.com\r?$/m);
  expect(smtp.text()).toMatch(/^Subject: New: \S+/m);
});

const PREPARE = `
import boto3, json, sys
kw = dict(endpoint_url=sys.argv[1], region_name='us-east-1', aws_access_key_id='AKIAABCDEFGHIJKLMNOP', aws_secret_access_key='x' * 20)
queue = boto3.client('sqs', **kw).create_queue(QueueName='events')['QueueUrl']
arn = boto3.client('sqs', **kw).get_queue_attributes(QueueUrl=queue, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
events = boto3.client('events', **kw)
events.put_rule(Name='all', EventPattern=json.dumps({'source': ['aws.inspector2']}))
events.put_targets(Rule='all', Targets=[{'Id': '1', 'Arn': arn}])
boto3.client('securityhub', **kw).enable_security_hub()
print(queue)
`;
const READ = `
import boto3, json, sys
kw = dict(endpoint_url=sys.argv[1], region_name='us-east-1', aws_access_key_id='AKIAABCDEFGHIJKLMNOP', aws_secret_access_key='x' * 20)
sqs = boto3.client('sqs', **kw)
got = []
while True:
    some = sqs.receive_message(QueueUrl=sys.argv[2], MaxNumberOfMessages=10, WaitTimeSeconds=0).get('Messages', [])
    if not some: break
    for one in some:
        got.append(json.loads(one['Body']))
print(json.dumps({'events': got, 'findings': boto3.client('securityhub', **kw).get_findings(MaxResults=100)['Findings']}, default=str))
`;

interface BusEvent {
  readonly 'detail-type': string;
  readonly source: string;
  readonly detail: { readonly findingArn?: string; readonly firstObservedAt?: string };
}

test.runIf(hasMoto)(
  'EventBridge and Security Hub take them from the unmodified SDK',
  async () => {
    const server = await startMoto(moto?.server ?? '');
    started.push(server);
    const endpoint = `http://127.0.0.1:${server.port}`;
    const python = async (program: string, ...words: string[]): Promise<string> => {
      const { code, out, err } = await run([moto?.python ?? '', '-c', program, endpoint, ...words], {
        cwd: folder,
        environment: cleanEnvironment(folder),
      });
      expect({ code, err }).toMatchObject({ code: 0 });
      return out.trim();
    };
    const queue = await python(PREPARE);
    const aws = { region: 'us-east-1', accessKeyId: 'AKIAABCDEFGHIJKLMNOP', endpoint };
    await makeSink({ name: 'bus', kind: 'eventbridge', config: { ...aws, source: 'aws.inspector2' }, secret });
    const hub = await makeSink({ name: 'hub', kind: 'security-hub', config: { ...aws, awsAccountId: '123456789012' }, secret });
    const arns = await newFindings('shop/aws');
    const events: BusEvent[] = [];
    let findings: Record<string, unknown>[] = [];
    const busArns = (): string[] => events.flatMap(({ detail }) => detail.findingArn ?? []);
    await until(
      async () => {
        const read = JSON.parse(await python(READ, queue)) as { events: BusEvent[]; findings: Record<string, unknown>[] };
        events.push(...read.events);
        findings = read.findings;
        const types = new Set(events.map((one) => one['detail-type']));
        return arns.every((arn) => busArns().includes(arn)) && findings.length >= arns.length && types.has('Inspector2 Coverage');
      },
      { within: 90_000, what: () => JSON.stringify({ types: events.map((one) => one['detail-type']), findings: findings.length }) },
    );
    expect([...new Set(busArns())].sort()).toEqual(arns);
    const [first] = events.filter((one) => one['detail-type'] === 'Inspector2 Finding');
    expect(first?.detail.firstObservedAt).toMatch(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d\.\d{3} UTC \d{4}$/);
    expect([...new Set(events.map((one) => one['detail-type']))].sort()).toEqual([
      'Inspector2 Coverage',
      'Inspector2 Finding',
      'Inspector2 Scan',
    ]);
    expect(findings.map((one) => one['Id']).sort()).toEqual(arns);
    expect(findings[0]).toMatchObject({ GeneratorId: 'AWSInspector', RecordState: 'ACTIVE', AwsAccountId: '123456789012' });
    expect((await stateOf(hub)).deadLetterCount).toBe(0);
  },
  600_000,
);
