import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly autoRemove?: boolean;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** A scripted engine on a socket file. Requests other than GET are errors of the test. */
export interface FakeDocker {
  readonly socketPath: string;
  readonly requests: string[];
  readonly containers: Map<string, FakeContainer>;
  /** Image name → id and repository digests. */
  readonly images: Map<string, { readonly id: string; readonly digests: readonly string[] }>;
  /** Members of `/info` and `/version`. */
  readonly info: Record<string, unknown>;
  readonly version: Record<string, unknown>;
  reply: { readonly status: number; readonly body: Buffer } | undefined;
  /** Puts or removes a container and says so to whoever listens. */
  put(container: FakeContainer, action?: string): void;
  remove(id: string): void;
  /** Sends these bytes to whoever listens to events. */
  say(line: string): void;
  /** Ends every stream of events. */
  hangUp(): void;
  close(): Promise<void>;
}

export const containerId = (name: string): string => createHash('sha256').update(name).digest('hex');
export const imageId = (name: string): string => `sha256:${createHash('sha256').update(`image ${name}`).digest('hex')}`;

export async function fakeDocker(): Promise<FakeDocker> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-docker-'));
  const listeners = new Set<http.ServerResponse>();
  const docker: FakeDocker = {
    ...{ socketPath: join(folder, 's'), requests: [], containers: new Map(), images: new Map(), reply: undefined },
    info: { ID: 'AAAA:BBBB', Name: 'build-7', OSType: 'linux', Architecture: 'x86_64' },
    version: { Version: '27.1.1', Components: [{ Name: 'Engine' }] },
    put(container, action = 'start') {
      docker.containers.set(container.id, container);
      docker.say(eventLine(container, action));
    },
    remove(id) {
      const container = docker.containers.get(id)!;
      docker.containers.delete(id);
      docker.say(eventLine(container, 'destroy'));
    },
    say: (line) => {
      for (const listener of listeners) listener.write(`${line}\n`);
    },
    hangUp: () => {
      for (const listener of listeners) listener.end();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
  const server = http.createServer((request, response) => {
    docker.requests.push(`${request.method} ${request.url}`);
    if (docker.reply !== undefined) return response.writeHead(docker.reply.status).end(docker.reply.body);
    if (request.url?.startsWith('/events') === true) {
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      return response.flushHeaders();
    }
    const answer = request.method === 'GET' ? answerOf(docker, request.url ?? '') : undefined;
    response
      .writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer ?? { message: 'no such thing' }));
  });
  await new Promise<void>((resolve) => server.listen(docker.socketPath, resolve));
  return docker;
}

function answerOf({ containers, images, info, version }: FakeDocker, url: string): unknown {
  if (url === '/version') return version;
  if (url === '/info') return info;
  if (url === '/containers/json?all=1') return [...containers.keys()].map((Id) => ({ Id }));
  const image = /^\/images\/(.+)\/json$/.exec(url)?.[1];
  if (image !== undefined) {
    const name = decodeURIComponent(image);
    const found = [...images].find(([key, { id }]) => key === name || id === name)?.[1];
    return found && { Id: found.id, RepoDigests: found.digests, Os: 'linux', Architecture: 'arm64', Variant: 'v8' };
  }
  const found = containers.get(/^\/containers\/(\w+)\/json$/.exec(url)?.[1] ?? '');
  return found && inspected(found, images.get(found.image)?.id ?? imageId(found.image));
}

function inspected({ id, name, image, labels = {}, autoRemove = false, startedAt, finishedAt }: FakeContainer, Image: string): unknown {
  const never = '0001-01-01T00:00:00Z';
  const State = {
    Running: startedAt !== undefined && finishedAt === undefined,
    StartedAt: startedAt ?? never,
    FinishedAt: finishedAt ?? never,
  };
  return { Id: id, Name: `/${name}`, Image, Config: { Image: image, Labels: labels }, HostConfig: { AutoRemove: autoRemove }, State };
}

function eventLine({ id, name, image, labels }: FakeContainer, Action: string): string {
  const now = Date.now();
  return JSON.stringify({
    Type: 'container',
    Action,
    Actor: { ID: id, Attributes: { image, name, ...labels } },
    time: Math.floor(now / 1000),
    timeNano: now * 1e6,
  });
}
