import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { READER } from './images.ts';

export const REGION = 'eu-central-1';
export const ACCOUNT = '123456789012';
const ECR = `api.ecr.${REGION}.amazonaws.com`;
const SQS = `sqs.${REGION}.amazonaws.com`;
const IMAGES = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const LAYERS = `prod-${REGION}-starport-layer-bucket.s3.${REGION}.amazonaws.com`;
const BLOB = /^\/v2\/.+\/blobs\/sha256:[0-9a-f]{64}$/;

/** ECR under its real names: a proxy leads to it, its certificate is ours, a real registry holds what it hands out. */
export interface Amazon {
  /** What a service needs in its environment to believe that this is Amazon. */
  readonly environment: Readonly<Record<string, string>>;
  /** `api.ecr… GetAuthorizationToken`, `….dkr.ecr… GET /v2/…` in order. */
  readonly asked: string[];
  /** What was asked with the wrong credentials, or with credentials where there must be none. */
  readonly wrong: string[];
  /** Repository → what DescribeImages tells. */
  readonly images: Map<string, object[]>;
  /** Bodies in the queue of events. */
  readonly queue: string[];
  close(): Promise<void>;
}

export interface AmazonWorld {
  readonly folder: string;
  /** The registry behind, which asks for the password of `READER`. */
  readonly registry: string;
  /** Whether a request is signed by whoever may read. */
  readonly isReader: (key: string, token: string) => boolean;
}

export async function startAmazon(world: AmazonWorld): Promise<Amazon> {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(world.folder, name)) as [string, string];
  const names = `subjectAltName=${[ECR, SQS, IMAGES, LAYERS].map((name) => `DNS:${name}`).join()}`;
  const made = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    cert,
    '-subj',
    '/CN=amazon',
    '-addext',
  ];
  execFileSync('openssl', [...made, names], { stdio: 'ignore' });
  const amazon = { asked: [] as string[], wrong: [] as string[], images: new Map<string, object[]>(), queue: [] as string[] };
  const front = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    const host = request.headers.host ?? '';
    if (host === ECR || host === SQS) answerApi(amazon, world, { host, request, response });
    else if (host === LAYERS) answerLayer(amazon, world, { host, request, response });
    else answerImages(amazon, world, { host, request, response });
  });
  const proxy = http.createServer((_, response) => response.writeHead(502).end());
  proxy.on('connect', (request, client: net.Socket) => {
    client.on('error', () => {});
    if (![ECR, SQS, IMAGES, LAYERS].includes((request.url ?? '').replace(/:443$/, ''))) return client.end('HTTP/1.1 502 Not here\r\n\r\n');
    const upstream = net.connect((front.address() as AddressInfo).port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    return undefined;
  });
  for (const server of [front, proxy]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const way = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    ...amazon,
    environment: { HTTP_PROXY: way, HTTPS_PROXY: way, NO_PROXY: '127.0.0.1,localhost', SSL_CERT_FILE: cert },
    async close() {
      for (const server of [front, proxy]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

interface Exchange {
  readonly host: string;
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
}
type Told = Pick<Amazon, 'asked' | 'wrong' | 'images' | 'queue'>;

function answerApi(told: Told, { isReader }: AmazonWorld, { host, request, response }: Exchange): void {
  const { authorization = '', 'x-amz-security-token': token = '', 'x-amz-target': target = '' } = request.headers;
  const action = String(target).replace(/^.*\./, '');
  told.asked.push(`${host} ${action}`);
  const answer = (status: number, body: object): void => void response.writeHead(status).end(JSON.stringify(body));
  let body = '';
  request.setEncoding('utf8').on('data', (piece: string) => {
    body += piece;
  });
  request.on('end', async () => {
    if (isReader(/Credential=(\w+)\//.exec(authorization)?.[1] ?? '', String(token))) {
      if (action === 'ReceiveMessage') await filled(told.queue, response);
      return answer(200, answerOf(told, action, JSON.parse(body)));
    }
    told.wrong.push(`${host} ${action}`);
    return answer(400, { __type: 'UnrecognizedClientException', message: 'The security token is not valid.' });
  });
}

/** Whoever reads a queue waits at it until something comes. */
async function filled(queue: readonly string[], response: http.ServerResponse): Promise<void> {
  for (let waits = 0; queue.length === 0 && waits < 200 && !response.destroyed; waits++)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

function answerOf({ images, queue }: Told, action: string, input: Record<string, unknown>): object {
  if (action === 'DescribeRepositories') return { repositories: [...images.keys()].map((repositoryName) => ({ repositoryName })) };
  if (action === 'DescribeImages') return { imageDetails: images.get(String(input['repositoryName'])) ?? [] };
  if (action === 'GetAuthorizationToken') {
    const authorizationToken = Buffer.from(`${READER.user}:${READER.password}`).toString('base64');
    return { authorizationData: [{ authorizationToken, expiresAt: Date.now() / 1000 + 43_200, proxyEndpoint: `https://${IMAGES}` }] };
  }
  if (action !== 'ReceiveMessage') return { Successful: [], Failed: [] };
  const messages = queue.splice(0, 10).map((Body, at) => {
    return { Body, MessageId: String(at), ReceiptHandle: String(at), MD5OfBody: createHash('md5').update(Body).digest('hex') };
  });
  return { Messages: messages };
}

/** Layers are not handed out by ECR itself: it sends to a store, by an address that is as good as a password. */
function answerImages(told: Told, world: AmazonWorld, exchange: Exchange): void {
  const { host, request, response } = exchange;
  const url = request.url ?? '';
  told.asked.push(`${host} ${request.method} ${url}`);
  const basic = `Basic ${Buffer.from(`${READER.user}:${READER.password}`).toString('base64')}`;
  if (BLOB.test(url) && request.headers.authorization === basic) {
    response.writeHead(307, { location: `https://${LAYERS}${url}?X-Amz-Signature=signed` }).end();
    return;
  }
  handOn(world, exchange, request.headers.authorization);
}

function answerLayer(told: Told, world: AmazonWorld, exchange: Exchange): void {
  const { request, response } = exchange;
  const [url = '', query] = (request.url ?? '').split('?');
  told.asked.push(`${LAYERS} ${request.method} ${url}`);
  if (request.headers.authorization !== undefined) told.wrong.push(`${LAYERS} ${url} with credentials`);
  if (request.headers.authorization !== undefined || query !== 'X-Amz-Signature=signed') return void response.writeHead(400).end();
  request.url = url;
  handOn(world, exchange, `Basic ${Buffer.from(`${READER.user}:${READER.password}`).toString('base64')}`);
}

function handOn({ registry }: AmazonWorld, { request, response }: Exchange, authorization: string | undefined): void {
  const [hostname, port] = registry.split(':');
  const { authorization: _, ...asked } = request.headers;
  const headers = { ...asked, host: registry, ...(authorization === undefined ? {} : { authorization }) };
  const onward = http.request({ hostname, port, path: request.url, method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
