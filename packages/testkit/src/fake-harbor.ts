import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Blob } from './image-builder.ts';

export interface HarborArtifact {
  readonly digest: string;
  readonly tags?: readonly string[];
  readonly push_time?: string;
  readonly pull_time?: string;
  readonly manifest_media_type?: string;
}

export interface HarborScript {
  /** Artifacts by `project/repository`. */
  readonly artifacts: ReadonlyMap<string, readonly HarborArtifact[]>;
  readonly username: string;
  readonly secret: string;
  /** What the registry protocol gives out, of every repository. */
  readonly blobs?: readonly Blob[];
  /** What `x-total-count` claims instead of the truth. */
  readonly total?: number;
  /** Sends the first page for ever. */
  readonly stuck?: boolean;
}

export interface FakeHarbor {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Paths with their queries. */
  readonly requests: string[];
  close(): Promise<void>;
}

const NEVER = '0001-01-01T00:00:00.000Z';

/** The part of Harbor's own interface that lists (its swagger.yaml, 2.x), and the registry that it lists. */
export async function startFakeHarbor(script: HarborScript): Promise<FakeHarbor> {
  const requests: string[] = [];
  const basic = `Basic ${Buffer.from(`${script.username}:${script.secret}`).toString('base64')}`;
  const server = http.createServer((request, response) => {
    requests.push(request.url ?? '');
    const url = new URL(request.url ?? '/', 'http://here');
    if (request.headers.authorization !== basic)
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="harbor"' }).end('{"errors":[{"code":"UNAUTHORIZED"}]}');
    const blob = script.blobs?.find(
      ({ digest }) => /^\/v2\/.+\/(?:manifests|blobs)\/[^/]+$/.test(url.pathname) && url.pathname.endsWith(`/${digest}`),
    );
    if (blob !== undefined) {
      const headers = { 'content-type': blob.mediaType, 'content-length': blob.bytes.length, 'docker-content-digest': blob.digest };
      return void response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : blob.bytes);
    }
    const list = listOf(script, url.pathname);
    if (list === undefined) return void response.writeHead(404).end('{"errors":[{"code":"NOT_FOUND"}]}');
    const size = Number(url.searchParams.get('page_size') ?? 10);
    const page = script.stuck === true ? 0 : Number(url.searchParams.get('page') ?? 1) - 1;
    if (size > 100) return void response.writeHead(422).end();
    const headers = { 'content-type': 'application/json', 'x-total-count': String(script.total ?? list.length) };
    response.writeHead(200, headers).end(JSON.stringify(list.slice(page * size, (page + 1) * size)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listOf({ artifacts }: HarborScript, path: string): readonly object[] | undefined {
  const names = [...artifacts.keys()];
  if (path === '/api/v2.0/projects')
    return [...new Set(names.map((name) => name.split('/')[0]))].map((name, at) => ({ project_id: at, name }));
  const [, project = '', repository] = /^\/api\/v2\.0\/projects\/([^/]+)\/repositories(?:\/([^/]+)\/artifacts)?$/.exec(path) ?? [];
  if (project === '') return undefined;
  if (repository === undefined) return names.filter((name) => name.startsWith(`${project}/`)).map((name, id) => ({ id, name }));
  // A slash of a name is encoded twice.
  const found = artifacts.get(`${project}/${decodeURIComponent(decodeURIComponent(repository))}`);
  return found?.map(({ tags, push_time = NEVER, pull_time = NEVER, ...rest }) => ({
    ...{ type: 'IMAGE', media_type: 'application/vnd.oci.image.config.v1+json', push_time, pull_time },
    ...rest,
    tags: tags?.map((name, id) => ({ id, name, push_time, immutable: false })) ?? null,
  }));
}
