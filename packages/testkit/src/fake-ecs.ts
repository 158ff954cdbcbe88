import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

type Task = Readonly<Record<string, unknown>> & { readonly taskArn: string; readonly clusterArn: string };

/** A scripted ECS, STS and SQS: one address for every account, which the key of the request tells apart. */
export interface FakeEcs {
  readonly endpoint: string;
  /** `Action cluster…` in order. */
  readonly requests: string[];
  /** Of one account and region: `AKIA… us-east-1` → cluster ARN → tasks. */
  readonly accounts: Map<string, Map<string, Task[]>>;
  /** Role ARN → the key it gives, to whoever knows the external id. */
  readonly roles: Map<string, { readonly key: string; readonly externalId: string }>;
  /** Bodies of the messages that wait in the one queue, `endpoint`/queue. */
  readonly queue: string[];
  /** Those that were taken and not deleted. */
  readonly taken: Map<string, string>;
  /** So many further requests are throttled. */
  throttle: number;
  /** Clusters that a list leaves out although they are there. */
  readonly unlisted: Set<string>;
  reply: { readonly status: number; readonly body: Buffer } | undefined;
  close(): Promise<void>;
}

const PAGE = 100;

export async function fakeEcs(): Promise<FakeEcs> {
  const ecs: Omit<FakeEcs, 'endpoint'> & { endpoint: string } = {
    ...{ endpoint: '', requests: [], accounts: new Map(), roles: new Map(), throttle: 0, unlisted: new Set(), reply: undefined },
    ...{ queue: [], taken: new Map() },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const { status, answer } = answerOf(ecs, request, body);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ecs.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return ecs;
}

interface Answer {
  readonly status: number;
  readonly answer: string | Buffer;
}

function answerOf(ecs: FakeEcs, request: http.IncomingMessage, body: string): Answer {
  const action = String(request.headers['x-amz-target'] ?? 'sts').replace(/^.*\./, '');
  const input = action === 'sts' ? {} : (JSON.parse(body) as Record<string, unknown>);
  ecs.requests.push(`${action} ${[input['cluster'], input['desiredStatus']].filter(Boolean).join(' ')}`.trim());
  if (ecs.reply !== undefined) return { status: ecs.reply.status, answer: ecs.reply.body };
  if (ecs.throttle > 0) {
    ecs.throttle--;
    return refusal('ThrottlingException', 'Rate exceeded');
  }
  if (action === 'ReceiveMessage' && !String(input['QueueUrl']).endsWith('/queue')) return refusal('QueueDoesNotExist', 'no such queue');
  if (action === 'ReceiveMessage') return { status: 200, answer: JSON.stringify({ Messages: received(ecs) }) };
  if (action === 'DeleteMessageBatch') return { status: 200, answer: JSON.stringify(deleted(ecs, input)) };
  if (action === 'sts') return assumed(ecs, new URLSearchParams(body));
  const [, key = '', region = ''] = /Credential=(\w+)\/\d+\/([\w-]+)\//.exec(String(request.headers.authorization)) ?? [];
  const clusters = ecs.accounts.get(`${key} ${region}`);
  if (clusters === undefined) return refusal('AccessDeniedException', 'not you');
  return { status: 200, answer: JSON.stringify(told(ecs, clusters, { action, input })) };
}

/** Up to ten; a real queue would wait for them. */
function received({ queue, taken }: FakeEcs): readonly object[] {
  return queue.splice(0, 10).map((Body) => {
    const ReceiptHandle = `receipt-${taken.size}-${Body.length}`;
    taken.set(ReceiptHandle, Body);
    return { MessageId: ReceiptHandle, ReceiptHandle, Body, MD5OfBody: createHash('md5').update(Body).digest('hex') };
  });
}

function deleted({ taken }: FakeEcs, input: Readonly<Record<string, unknown>>): object {
  const entries = input['Entries'] as { Id: string; ReceiptHandle: string }[];
  for (const { ReceiptHandle } of entries) taken.delete(ReceiptHandle);
  return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
}

function refusal(__type: string, message: string): Answer {
  return { status: 400, answer: JSON.stringify({ __type, message }) };
}

function assumed({ roles }: FakeEcs, asked: URLSearchParams): Answer {
  const role = roles.get(asked.get('RoleArn') ?? '');
  if (role === undefined || role.externalId !== asked.get('ExternalId')) {
    const answer = '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';
    return { status: 403, answer };
  }
  const keys = `<AccessKeyId>${role.key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`;
  const credentials = `<Credentials>${keys}<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`;
  return { status: 200, answer: `<AssumeRoleResponse><AssumeRoleResult>${credentials}</AssumeRoleResult></AssumeRoleResponse>` };
}

type Asked = { readonly action: string; readonly input: Readonly<Record<string, unknown>> };

function told({ unlisted }: FakeEcs, clusters: ReadonlyMap<string, readonly Task[]>, { action, input }: Asked): unknown {
  const from = Number(input['nextToken'] ?? 0);
  const page = (name: string, all: readonly string[]) => ({
    [name]: all.slice(from, from + PAGE),
    ...(from + PAGE < all.length && { nextToken: String(from + PAGE) }),
  });
  const tasks = clusters.get(String(input['cluster'])) ?? [];
  const asked = input['tasks'] ?? input['clusters'] ?? [];
  if (action === 'ListClusters')
    return page(
      'clusterArns',
      [...clusters.keys()].filter((arn) => !unlisted.has(arn)),
    );
  if (action === 'ListTasks') {
    const wanted = tasks.filter(({ desiredStatus = 'RUNNING' }) => desiredStatus === input['desiredStatus']);
    return page(
      'taskArns',
      wanted.map(({ taskArn }) => taskArn),
    );
  }
  if (action === 'DescribeClusters') {
    const [arn] = asked as string[];
    return clusters.has(arn!)
      ? { clusters: [{ clusterArn: arn, status: 'ACTIVE' }] }
      : { clusters: [], failures: [{ arn, reason: 'MISSING' }] };
  }
  if ((asked as string[]).length > PAGE) throw new Error('more tasks than ECS describes at once');
  return { tasks: tasks.filter(({ taskArn }) => (asked as string[]).includes(taskArn)) };
}
