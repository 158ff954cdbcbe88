import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Blob, BuiltImage } from '@assay/testkit/image-builder.ts';

/** A registry on loopback whose content a test changes as it goes. */
export interface Shelf {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `GET team/app manifests sha256:…`, since the last time it was emptied. */
  readonly asked: string[];
  /** Answered to everything from now on, instead of what was asked for. */
  broken: number | undefined;
  /** Digests that are listed and answered with 500. */
  readonly damaged: Set<string>;
  push(name: string, root: Blob, images: readonly BuiltImage[]): void;
  untag(name: string): void;
  remove(repository: string, digest: string): void;
  close(): Promise<void>;
}

export async function openShelf(): Promise<Shelf> {
  const blobs = new Map<string, Blob>();
  const held = new Map<string, Set<string>>();
  const tags = new Map<string, Map<string, string>>();
  const answer = (path: string): { readonly status: number; readonly type: string; readonly body: Buffer; readonly digest?: string } => {
    const json = (value: unknown) => ({ status: 200, type: 'application/json', body: Buffer.from(JSON.stringify(value)) });
    const missing = { status: 404, type: 'application/json', body: Buffer.from('{"errors":[{"code":"NOT_FOUND"}]}') };
    if (path === '/v2/_catalog') return json({ repositories: [...held.keys()].sort() });
    const [, repository = '', kind, wanted = ''] = /^\/v2\/(.+)\/(tags|manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    if (kind === 'tags') return tags.has(repository) ? json({ name: repository, tags: [...tags.get(repository)!.keys()] }) : missing;
    const digest = tags.get(repository)?.get(wanted) ?? wanted;
    const blob = blobs.get(digest);
    if (shelf.damaged.has(digest)) return { status: 500, type: 'application/json', body: Buffer.from('{}') };
    if (blob === undefined || (kind === 'manifests' && held.get(repository)?.has(digest) !== true)) return missing;
    return { status: 200, type: blob.mediaType, body: blob.bytes, digest };
  };
  const shelf = {
    host: '',
    asked: [] as string[],
    broken: undefined as number | undefined,
    damaged: new Set<string>(),
    push(name: string, root: Blob, images: readonly BuiltImage[]) {
      const [repository = '', tag = ''] = name.split(':');
      const all = [root, ...images.map((one) => one.manifest)];
      for (const blob of [root, ...images.flatMap((one) => one.blobs)]) blobs.set(blob.digest, blob);
      held.set(repository, new Set([...(held.get(repository) ?? []), ...all.map((one) => one.digest)]));
      tags.set(repository, new Map([...(tags.get(repository) ?? []), [tag, root.digest]]));
    },
    untag(name: string) {
      const [repository = '', tag = ''] = name.split(':');
      tags.get(repository)?.delete(tag);
    },
    remove(repository: string, digest: string) {
      held.get(repository)?.delete(digest);
      for (const [tag, meant] of tags.get(repository) ?? []) if (meant === digest) tags.get(repository)?.delete(tag);
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://here');
    shelf.asked.push(`${request.method} ${pathname.replace('/v2/', '')}`);
    if (shelf.broken !== undefined) return void response.writeHead(shelf.broken).end();
    const { status, type, body, digest } = answer(pathname);
    const told = digest === undefined ? {} : { 'docker-content-digest': digest };
    response.writeHead(status, { 'content-type': type, 'content-length': body.length, ...told }).end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  shelf.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return shelf;
}
