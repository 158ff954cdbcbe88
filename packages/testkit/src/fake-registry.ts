import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { referrersOf, repositoriesOf, sendList, tagsOf } from './fake-registry-lists.ts';
import type { Blob } from './image-builder.ts';

export interface RegistryScript {
  /** What every request needs: nothing, a password, a token, or something that no client has. */
  readonly auth?: 'none' | 'basic' | 'token' | 'never';
  /** Member of the token answer. */
  readonly tokenField?: 'token' | 'access_token';
  /** Where the challenge says tokens come from; default: here. */
  readonly realm?: string;
  /** A token is good for this many requests. */
  readonly tokenUses?: number;
  /** Blobs are sent from here: `Location` of a 307. */
  readonly redirectBlobs?: (digest: string) => string;
  /** Connections break after so many bytes of a blob, this many times. */
  readonly breakAfter?: { readonly bytes: number; readonly times: number };
  readonly ranges?: boolean;
  /** Milliseconds between single bytes of a blob. */
  readonly drip?: number;
  /** Status codes to answer before the right one, for blobs and manifests. */
  readonly failures?: { status: number; headers?: Record<string, string> }[];
  /** Bytes to send instead of a blob or manifest. */
  readonly replace?: ReadonlyMap<string, Buffer>;
  /** Names on one page of a list at most; more asked for is answered with 400. Default 1000. */
  readonly page?: number;
  /** Whether `_catalog` and referrers are offered; default yes. */
  readonly catalog?: boolean;
  readonly referrers?: boolean;
  /** Whether manifests come with their digest; default yes. */
  readonly digestHeader?: boolean;
  /** What is sent instead of all that; undefined: what is above. */
  readonly instead?: (request: SeenRequest) => InsteadAnswer | undefined;
}

export interface InsteadAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface FakeRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly requests: SeenRequest[];
  close(): Promise<void>;
}

export const REGISTRY_USER = 'reader';
export const REGISTRY_PASSWORD = 'pass:word';

/** A registry on loopback that follows a script, well-behaved or not. `tags` maps `repository:tag` to a manifest. */
export async function startFakeRegistry(
  blobs: readonly Blob[],
  tags: ReadonlyMap<string, Blob>,
  script: RegistryScript = {},
): Promise<FakeRegistry> {
  const requests: SeenRequest[] = [];
  const state = { breaks: script.breakAfter?.times ?? 0, uses: 0, token: 0, failures: [...(script.failures ?? [])] };
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  const server = http.createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    const url = new URL(request.url ?? '/', 'http://here');
    const instead = script.instead?.({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    if (instead !== undefined) return void response.writeHead(instead.status, instead.headers).end(instead.body);
    if (url.pathname === '/token') return answerToken(request, response);
    if (!allowed(request, response)) return;
    const list = listOf(url.pathname);
    if (list !== undefined) return sendList(response, url, { ...list, page: script.page ?? 1000 });
    const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname);
    const failure = match === null ? undefined : state.failures.shift();
    if (failure !== undefined) {
      response.writeHead(failure.status, failure.headers).end();
      return;
    }
    const [, repository, kind, wanted] = match ?? [];
    const blob = tags.get(`${repository}:${wanted}`) ?? byDigest.get(wanted ?? '');
    if (blob === undefined)
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end(`{"errors":[{"code":"${url.pathname.endsWith('/tags/list') ? 'NAME_UNKNOWN' : 'NOT_FOUND'}"}]}`);
    else if (kind === 'manifests') sendManifest(request, response, blob);
    else sendBlob(request, response, blob);
  });

  function listOf(path: string): { member: string; entries: readonly unknown[] } | undefined {
    const [, repository = '', tail = ''] = /^\/v2\/(.+?)\/(tags\/list|referrers\/[^/]+)$/.exec(path) ?? [];
    if (path === '/v2/_catalog' && script.catalog !== false) return { member: 'repositories', entries: repositoriesOf(tags) };
    if (tail === 'tags/list') {
      const entries = tagsOf(tags, repository);
      return entries.length === 0 ? undefined : { member: 'tags', entries };
    }
    if (tail !== '' && script.referrers !== false)
      return { member: 'manifests', entries: referrersOf(blobs, tail.slice('referrers/'.length)) };
    return undefined;
  }

  function answerToken(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (script.auth === 'token' && request.headers.authorization !== basic()) return void response.writeHead(401).end();
    state.token++;
    state.uses = 0;
    response.end(JSON.stringify({ [script.tokenField ?? 'token']: `token-${state.token}`, expires_in: 60 }));
  }

  function allowed(request: http.IncomingMessage, response: http.ServerResponse): boolean {
    const { authorization } = request.headers;
    if (script.auth === undefined || script.auth === 'none') return true;
    if (script.auth === 'basic' && authorization === basic()) return true;
    if (
      script.auth === 'token' &&
      authorization === `Bearer token-${state.token}` &&
      state.token > 0 &&
      ++state.uses <= (script.tokenUses ?? 1e9)
    )
      return true;
    const realm = script.realm ?? `http://${host()}/token`;
    const challenge =
      script.auth === 'basic' ? 'Basic realm="here"' : `Bearer realm="${realm}",service="fake",scope="repository:test:pull"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
    return false;
  }

  function sendManifest(request: http.IncomingMessage, response: http.ServerResponse, blob: Blob): void {
    const digest = script.digestHeader === false ? {} : { 'docker-content-digest': blob.digest };
    response.writeHead(200, { 'content-type': blob.mediaType, ...digest });
    response.end(request.method === 'HEAD' ? undefined : (script.replace?.get(blob.digest) ?? blob.bytes));
  }

  function sendBlob(request: http.IncomingMessage, response: http.ServerResponse, blob: Blob): void {
    if (script.redirectBlobs !== undefined) return void response.writeHead(307, { location: script.redirectBlobs(blob.digest) }).end();
    const all = script.replace?.get(blob.digest) ?? blob.bytes;
    const from = script.ranges === false ? undefined : /^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1];
    const bytes = all.subarray(Number(from ?? 0));
    const range = from === undefined ? {} : { 'content-range': `bytes ${from}-${all.length - 1}/${all.length}` };
    response.writeHead(from === undefined ? 200 : 206, { 'content-length': bytes.length, ...range });
    if (script.drip !== undefined) {
      drip(response, bytes, script.drip);
      return;
    }
    if (state.breaks > 0 && bytes.length > (script.breakAfter?.bytes ?? 0)) {
      state.breaks--;
      response.write(bytes.subarray(0, script.breakAfter?.bytes), () => setTimeout(() => response.destroy(), 20));
      return;
    }
    response.end(bytes);
  }

  const host = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: host(),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function basic(): string {
  return `Basic ${Buffer.from(`${REGISTRY_USER}:${REGISTRY_PASSWORD}`).toString('base64')}`;
}

function drip(response: http.ServerResponse, bytes: Buffer, every: number): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length && !response.destroyed) response.write(bytes.subarray(at, ++at));
    else clearInterval(timer);
  }, every);
  response.on('close', () => clearInterval(timer));
}
