import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface KubernetesObject {
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}

/** How the server behaves; may be changed while it runs. */
export interface KubernetesScript {
  /** Offers lists as a stream of events (1.32 and later). Default true; `old-etcd`: offers them and fails, as with an etcd before 3.5.13. */
  watchList?: boolean | 'old-etcd';
  /** Status codes that a resource is refused with: `{ services: 403 }`. */
  refuse?: Readonly<Record<string, number>>;
  /** Answers to give before right ones, whatever is asked. */
  failures?: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[];
  /** Every watch hears ERROR 410 after so many events. */
  expireAfter?: number;
  /** Continue tokens are good for so many pages. */
  pages?: number;
  /** The next so many answers end within a line or an object, after so many bytes. */
  truncate?: { times: number; readonly after: number };
  /** Answers, instead of the right one, to a path; undefined: the right one. */
  reply?: (path: string) => { readonly status: number; readonly body: Buffer } | undefined;
  /** Watches say nothing any more and stay open. */
  stalled?: boolean;
  /** Milliseconds between bookmarks. Default 50. */
  bookmarkMs?: number;
  /** Bearer token that is asked for. */
  token?: string;
  /** Bytes that each object of a list or watch is longer by, as managedFields. */
  padding?: number;
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly resource: string;
  readonly object: KubernetesObject;
}

interface Watch {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly metadataOnly: boolean;
  readonly response: http.ServerResponse;
  events: number;
}

interface Snapshot {
  readonly revision: number;
  readonly objects: readonly KubernetesObject[];
}

const KUBE_SYSTEM_UID = '2b1c5f0e-1111-4222-8333-444455556666';

export interface FakeKubernetes {
  /** `http://127.0.0.1:PORT` */
  readonly server: string;
  /** For the secret of a collector. */
  readonly kubeconfig: string;
  readonly script: KubernetesScript;
  /** `GET /api/v1/pods?limit=500`, in order. */
  readonly requests: string[];
  /** Makes or replaces `pods`, `nodes`, `replicasets`, …; of the same name and another uid: the old one is deleted first. */
  put(resource: string, object: KubernetesObject): void;
  remove(resource: string, namespace: string, name: string): void;
  list(resource: string): readonly KubernetesObject[];
  /** Forgets the history: whoever resumes or continues hears 410. */
  compact(): void;
  /** Keeps only so many of the newest changes, as compaction does over time. */
  forget(most: number): void;
  /** Ends every watch without a word. */
  breakWatches(): void;
  close(): Promise<void>;
}

/** A Kubernetes API on loopback that keeps objects and follows a script, well-behaved or not. Lists are of the moment of their first page. */
export async function startFakeKubernetes(script: KubernetesScript = {}): Promise<FakeKubernetes> {
  const cluster = new Cluster(script);
  const server = http.createServer((request, response) => cluster.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const timer = setInterval(() => cluster.tick(), 5);
  return {
    server: address,
    kubeconfig: kubeconfigOf(address, script.token),
    script,
    requests: cluster.requests,
    put: (resource, object) => cluster.put(resource, object),
    remove: (resource, namespace, name) => cluster.remove(resource, namespace, name),
    list: (resource) => cluster.list(resource, undefined),
    compact: () => cluster.compact(),
    forget: (most) => cluster.forget(most),
    breakWatches: () => cluster.breakWatches(),
    close: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function kubeconfigOf(server: string, token: string | undefined): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'fake',
    contexts: [{ name: 'fake', context: { cluster: 'fake-cluster', user: 'reader' } }],
    clusters: [{ name: 'fake-cluster', cluster: { server } }],
    users: [{ name: 'reader', user: token === undefined ? {} : { token } }],
  });
}

class Cluster {
  readonly requests: string[] = [];
  readonly #script: KubernetesScript;
  readonly #objects = new Map<string, Map<string, KubernetesObject>>();
  readonly #watches = new Set<Watch>();
  readonly #snapshots = new Map<string, Snapshot>();
  #history: Change[] = [];
  #revision = 1000;
  #compacted = 1000;
  #uids = 0;
  #bookmarkedAt = 0;

  constructor(script: KubernetesScript) {
    this.#script = script;
  }

  put(resource: string, given: KubernetesObject): void {
    const { namespace, name } = given.metadata;
    const key = `${namespace ?? ''}/${name}`;
    const before = this.#of(resource).get(key);
    const uid = given.metadata.uid ?? before?.metadata.uid ?? `uid-${++this.#uids}`;
    if (before !== undefined && before.metadata.uid !== uid) this.remove(resource, namespace ?? '', name);
    const type = this.#of(resource).has(key) ? 'MODIFIED' : 'ADDED';
    const revision = ++this.#revision;
    const object = { ...given, metadata: { ...given.metadata, uid, resourceVersion: String(revision) } };
    this.#of(resource).set(key, object);
    this.#tell({ type, revision, resource, object });
  }

  remove(resource: string, namespace: string, name: string): void {
    const object = this.#of(resource).get(`${namespace}/${name}`);
    if (object === undefined) return;
    this.#of(resource).delete(`${namespace}/${name}`);
    const revision = ++this.#revision;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.#tell({ type: 'DELETED', revision, resource, object: last });
  }

  list(resource: string, namespace: string | undefined): readonly KubernetesObject[] {
    return [...this.#of(resource).values()].filter((one) => namespace === undefined || one.metadata.namespace === namespace);
  }

  compact(): void {
    this.#history = [];
    this.#compacted = this.#revision;
    this.#snapshots.clear();
  }

  forget(most: number): void {
    const gone = this.#history.splice(0, Math.max(0, this.#history.length - most));
    this.#compacted = gone.at(-1)?.revision ?? this.#compacted;
  }

  breakWatches(): void {
    for (const { response } of this.#watches) response.destroy();
    this.#watches.clear();
  }

  tick(): void {
    const now = performance.now();
    // A connection that died without a word does not come back to life.
    if (this.#script.stalled === true) this.#watches.clear();
    if (now - this.#bookmarkedAt < (this.#script.bookmarkMs ?? 50)) return;
    this.#bookmarkedAt = now;
    for (const watch of this.#watches) this.#write(watch.response, bookmark(this.#revision, {}));
  }

  answer(request: http.IncomingMessage, response: http.ServerResponse): unknown {
    this.requests.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? '/', 'http://here');
    const failure = this.#script.failures?.shift();
    if (failure !== undefined) return refuse(response, failure.status, 'scripted', failure.headers);
    const reply = this.#script.reply?.(url.pathname);
    if (reply !== undefined) return response.writeHead(reply.status).end(reply.body);
    const { token } = this.#script;
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return refuse(response, 401, 'Unauthorized');
    if (url.pathname === '/version') return send(response, { gitVersion: 'v1.34.2', platform: 'linux/amd64' });
    if (url.pathname === '/api/v1/namespaces/kube-system') {
      const status = this.#script.refuse?.['namespaces'];
      if (status !== undefined) return refuse(response, status, 'namespaces "kube-system" is forbidden');
      return send(response, { kind: 'Namespace', metadata: { name: 'kube-system', uid: KUBE_SYSTEM_UID } });
    }
    const match = /^\/(?:api|apis\/[a-z0-9.]+)\/v1(?:\/namespaces\/([a-z0-9-]+))?\/([a-z]+)$/.exec(url.pathname);
    if (match === null || request.method !== 'GET') return refuse(response, 404, 'the server could not find the requested resource');
    const [, namespace, resource = ''] = match;
    const status = this.#script.refuse?.[resource];
    if (status !== undefined) return refuse(response, status, `${resource} is forbidden`);
    const metadataOnly = /as=PartialObjectMetadata/.test(request.headers.accept ?? '');
    const asked = { resource, namespace, metadataOnly, query: url.searchParams, response };
    return url.searchParams.get('watch') === '1' ? this.#watch(asked) : this.#page(asked);
  }

  #page({ resource, namespace, metadataOnly, query, response }: Asked): unknown {
    const limit = Number(query.get('limit') ?? 0);
    const place = query.get('continue');
    const [id = '', fromText = '0'] = (place ?? '').split(':');
    const from = Number(fromText);
    const stored = place === null ? undefined : this.#snapshots.get(id);
    if (place !== null && (stored === undefined || from / limit > (this.#script.pages ?? Number.POSITIVE_INFINITY))) {
      return refuse(response, 410, 'The provided continue parameter is too old');
    }
    const snapshot = stored ?? { revision: this.#revision, objects: this.list(resource, namespace) };
    const next = limit > 0 && from + limit < snapshot.objects.length ? from + limit : undefined;
    const key = place === null ? `list-${this.#snapshots.size + 1}-${this.#revision}` : id;
    if (next !== undefined) this.#snapshots.set(key, snapshot);
    const metadata = { resourceVersion: String(snapshot.revision), ...(next !== undefined && { continue: `${key}:${next}` }) };
    const objects = snapshot.objects.slice(from, next).map((object) => this.#spelled(object, metadataOnly));
    const head = `{"kind":"List","apiVersion":"v1","metadata":${JSON.stringify(metadata)},"items":[`;
    response.writeHead(200, { 'content-type': 'application/json' });
    return this.#write(response, `${head}${objects.join(',')}]}\n`, true);
  }

  #watch(asked: Asked): unknown {
    const { resource, namespace, metadataOnly, query, response } = asked;
    const initial = query.get('sendInitialEvents') === 'true';
    if (initial && this.#script.watchList === false) {
      return refuse(
        response,
        422,
        'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
      );
    }
    if (initial && this.#script.watchList === 'old-etcd') {
      return refuse(
        response,
        500,
        'a watch stream was requested by the client but the required storage feature RequestWatchProgress is disabled',
      );
    }
    const from = Number(query.get('resourceVersion') || 0);
    const watch: Watch = { resource, namespace, metadataOnly, response, events: 0 };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    setTimeout(() => response.end(), Number(query.get('timeoutSeconds')) * 1000).unref();
    response.on('close', () => this.#watches.delete(watch));
    if (initial) return void this.#sendInitial(watch);
    if (from < this.#compacted) return this.#expire(watch);
    this.#watches.add(watch);
    for (const change of this.#history) if (change.revision > from) this.#deliver(watch, change);
    return undefined;
  }

  /** As fast as it is read: a large cluster does not fit into memory a second time. */
  async #sendInitial(watch: Watch): Promise<void> {
    const { resource, namespace, response } = watch;
    const revision = this.#revision;
    for (const object of this.list(resource, namespace)) {
      this.#send(watch, 'ADDED', object);
      if (response.destroyed) return;
      if (response.writableNeedDrain) await drained(response);
    }
    this.#write(response, bookmark(revision, { 'k8s.io/initial-events-end': 'true' }));
    if (revision < this.#compacted) return this.#expire(watch);
    this.#watches.add(watch);
    for (const change of this.#history) if (change.revision > revision) this.#deliver(watch, change);
  }

  #tell(change: Change): void {
    this.#history.push(change);
    if (this.#script.stalled === true) this.#watches.clear();
    for (const watch of this.#watches) this.#deliver(watch, change);
  }

  #deliver(watch: Watch, { resource, object, type }: Change): void {
    if (watch.resource !== resource) return;
    if (watch.namespace !== undefined && object.metadata.namespace !== watch.namespace) return;
    if (watch.events++ >= (this.#script.expireAfter ?? Number.POSITIVE_INFINITY)) this.#expire(watch);
    else this.#send(watch, type, object);
  }

  #expire(watch: Watch): void {
    const object = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old resource version' };
    this.#watches.delete(watch);
    // Of several events that it was to be told at once, the first that is too many ended it.
    if (!watch.response.writableEnded) watch.response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
  }

  #send(watch: Watch, type: string, object: KubernetesObject): void {
    this.#write(watch.response, `{"type":"${type}","object":${this.#spelled(object, watch.metadataOnly)}}\n`);
  }

  /** As the script says: cut, or whole. */
  #write(response: http.ServerResponse, text: string, last = false): void {
    const { truncate } = this.#script;
    if (response.writableEnded) return;
    if (truncate !== undefined && truncate.times > 0 && text.length > truncate.after) {
      truncate.times--;
      response.write(text.slice(0, truncate.after), () => response.destroy());
    } else if (last) response.end(text);
    else response.write(text);
  }

  #spelled(object: KubernetesObject, metadataOnly: boolean): string {
    const { padding = 0 } = this.#script;
    if (metadataOnly) return JSON.stringify({ kind: 'PartialObjectMetadata', metadata: object.metadata });
    if (padding === 0) return JSON.stringify(object);
    return JSON.stringify({ ...object, metadata: { ...object.metadata, managedFields: [{ fieldsV1: 'f'.repeat(padding) }] } });
  }

  #of(resource: string): Map<string, KubernetesObject> {
    let objects = this.#objects.get(resource);
    if (objects === undefined) {
      objects = new Map();
      this.#objects.set(resource, objects);
    }
    return objects;
  }
}

interface Asked {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly metadataOnly: boolean;
  readonly query: URLSearchParams;
  readonly response: http.ServerResponse;
}

function bookmark(revision: number, annotations: Readonly<Record<string, string>>): string {
  const object = { metadata: { resourceVersion: String(revision), annotations } };
  return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`;
}

function drained(response: http.ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

function send(response: http.ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: http.ServerResponse, code: number, message: string, headers: Readonly<Record<string, string>> = {}): void {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message };
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(status));
}
