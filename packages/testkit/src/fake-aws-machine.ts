import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a machine of AWS asks for its own credentials: the metadata service of instances, the one of containers, and STS. */
export interface FakeAwsMachine {
  readonly endpoint: string;
  /** `PUT /latest/api/token` in order. */
  readonly requests: string[];
  /** The access key that is given next; its number tells how often. */
  readonly given: string[];
  /** Milliseconds for which keys hold. */
  life: number;
  /** What the agent of containers wants to be shown. */
  readonly podToken: string;
  readonly webToken: string;
  close(): Promise<void>;
}

const SESSION = 'session-of-the-metadata-service';
const ROLE = 'assay-node';

export async function fakeAwsMachine(): Promise<FakeAwsMachine> {
  const machine = {
    ...{ endpoint: '', requests: [] as string[], given: [] as string[], life: 6 * 3_600_000 },
    ...{ podToken: 'token-of-the-pod', webToken: 'token-of-the-service-account' },
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
      const path = (request.url ?? '').replace(/\?.*$/, '');
      machine.requests.push(`${request.method} ${path}`);
      const [status, answer] = answerOf(machine, { path, body, method: request.method, headers: request.headers });
      response.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  machine.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return machine;
}

interface Asked {
  readonly path: string;
  readonly body: string;
  readonly method: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
}

/** Version 1 of the metadata service, which asks for no session, is turned off. */
function answerOf(machine: FakeAwsMachine, { path, body, method, headers }: Asked): readonly [number, string] {
  if (path === '/latest/api/token') return method === 'PUT' ? [200, SESSION] : [405, ''];
  if (path.startsWith('/latest/meta-data/iam/security-credentials/')) {
    if (headers['x-aws-ec2-metadata-token'] !== SESSION) return [401, 'a session is needed'];
    if (path.endsWith('/')) return [200, ROLE];
    return path.endsWith(`/${ROLE}`) ? [200, JSON.stringify({ Code: 'Success', ...keys(machine) })] : [404, ''];
  }
  if (path === '/v1/credentials') {
    return headers.authorization === machine.podToken ? [200, JSON.stringify(keys(machine))] : [403, 'who are you?'];
  }
  const form = new URLSearchParams(body);
  if (form.get('Action') !== 'AssumeRoleWithWebIdentity') return [404, 'nothing is here'];
  if (form.get('WebIdentityToken') !== machine.webToken)
    return [403, '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>'];
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = keys(machine);
  const credentials = `<AccessKeyId>${AccessKeyId}</AccessKeyId><SecretAccessKey>${SecretAccessKey}</SecretAccessKey><SessionToken>${Token}</SessionToken>`;
  const result = `<Credentials>${credentials}<Expiration>${Expiration}</Expiration></Credentials>`;
  return [
    200,
    `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>${result}</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  ];
}

function keys(machine: FakeAwsMachine) {
  const key = `ASIAMACHINE${String(machine.given.length + 1).padStart(9, '0')}`;
  machine.given.push(key);
  return {
    ...{ AccessKeyId: key, SecretAccessKey: 'secret-of-the-machine', Token: 'token-of-the-session' },
    Expiration: new Date(Date.now() + machine.life).toISOString(),
  };
}
