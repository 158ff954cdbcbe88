import { lookup as dnsLookup } from 'node:dns';
import type http from 'node:http';
import type https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AssayError } from '@assay/core/errors.ts';
import { isInternalAddress, isMetadataAddress } from './address.ts';

export interface ProxySettings {
  readonly httpsProxy?: string;
  readonly httpProxy?: string;
  readonly noProxy?: string;
}

export interface TransportOptions {
  readonly proxy?: ProxySettings;
  /** Further certificate authorities, PEM. */
  readonly extraCa?: string;
  /** Everything goes to this socket file, whatever the host is; no proxy. The path is one that the administrator of this machine wrote. */
  readonly socketPath?: string;
}

/** What one server asks for beyond the usual: its own authority, a certificate of ours. All PEM. */
export interface TlsIdentity {
  /** Only what these sign is believed; undefined: the usual authorities. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name its certificate is made for, where that is not the URL's. */
  readonly servername?: string;
}

export interface TransportRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The user named this host, so it may have an internal address. */
  readonly named: boolean;
  /** Milliseconds without a byte. */
  readonly stallMs: number;
  readonly signal?: AbortSignal;
  readonly tls?: TlsIdentity;
  /** Gets a connection of its own, so that many of them do not keep others waiting. */
  readonly endless?: boolean;
}

export interface RawResponse {
  readonly status: number;
  /** Names in lower case; repeated fields joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly stream: http.IncomingMessage;
}

/** One HTTP exchange, no redirects, no retries. Throws AssayErrors `blocked-address`, `network`, `timeout`. */
export type Transport = (request: TransportRequest) => Promise<RawResponse>;

export function createTransport(options: TransportOptions): Transport {
  const { socketPath } = options;
  const proxy = socketPath === undefined ? options.proxy : undefined;
  const proxyEnv = {
    ...(proxy?.httpsProxy && { HTTPS_PROXY: proxy.httpsProxy }),
    ...(proxy?.httpProxy && { HTTP_PROXY: proxy.httpProxy }),
    ...(proxy?.noProxy && { NO_PROXY: proxy.noProxy }),
  };
  const proxyHosts = new Set([proxy?.httpsProxy, proxy?.httpProxy].flatMap((text) => (text ? [hostOf(text)] : [])));
  let clients: Promise<Clients> | undefined;
  return async (request) => {
    clients ??= openClients(proxyEnv, options.extraCa);
    const { http, https } = await clients;
    const client = request.url.protocol === 'https:' ? https : http;
    return await exchange(request, { ...client, proxyHosts, ...(socketPath !== undefined && { socketPath }) });
  };
}

interface Client {
  readonly request: typeof http.request;
  readonly agents: Agents;
  /** For requests that bring their own authority: what an agent has would win over it. */
  readonly bare: Agents;
}

interface Agents {
  readonly pooled: http.Agent;
  readonly endless: http.Agent;
}

interface Clients {
  readonly http: Client;
  readonly https: Client;
}

/** Loaded at the first request: importing Node's HTTP takes longer than the rest of a scan of a small local image. */
async function openClients(proxyEnv: Readonly<Record<string, string>>, extraCa: string | undefined): Promise<Clients> {
  const [plain, secure, tls]: [typeof http, typeof https, typeof import('node:tls')] = await Promise.all([
    import('node:http'),
    import('node:https'),
    import('node:tls'),
  ]);
  const proxied = Object.keys(proxyEnv).length > 0 && { proxyEnv };
  const agents = (Agent: typeof http.Agent, ca?: { readonly ca: string[] }): Agents => ({
    pooled: new Agent({ keepAlive: true, maxSockets: 16, ...proxied, ...ca }),
    endless: new Agent({ ...proxied, ...ca }),
  });
  const open = agents(plain.Agent);
  const bare = agents(secure.Agent);
  const usual = extraCa === undefined ? bare : agents(secure.Agent, { ca: [...tls.getCACertificates('default'), extraCa] });
  return { http: { request: plain.request, agents: open, bare: open }, https: { request: secure.request, agents: usual, bare } };
}

function hostOf(proxy: string): string {
  try {
    return new URL(proxy).hostname.replace(/^\[|\]$/g, '');
  } catch {
    throw new AssayError('bad-proxy', 'The proxy setting is not a URL; write it like http://proxy.example:3128.');
  }
}

interface Way extends Client {
  readonly proxyHosts: ReadonlySet<string>;
  readonly socketPath?: string;
}

function exchange(request: TransportRequest, { proxyHosts, socketPath, ...client }: Way): Promise<RawResponse> {
  const { url } = request;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isForbidden(host, request.named)) return Promise.reject(blocked(host));
  return new Promise((resolve, reject) => {
    let answer: http.IncomingMessage | undefined;
    const outgoing = client.request(url, {
      method: request.method,
      headers: { ...request.headers, ...(request.body !== undefined && { 'content-length': String(Buffer.byteLength(request.body)) }) },
      agent: (request.tls?.ca === undefined ? client.agents : client.bare)[request.endless === true ? 'endless' : 'pooled'],
      ...request.tls,
      timeout: request.stallMs,
      ...(request.signal !== undefined && { signal: request.signal }),
      lookup: guardedLookup(request.named, proxyHosts),
      ...(socketPath !== undefined && { socketPath }),
      maxHeaderSize: 64 * 1024,
    });
    outgoing.on('timeout', () => {
      const error = new AssayError('timeout', `${url.host} sent nothing for ${request.stallMs / 1000} s; try again later.`);
      (answer ?? outgoing).destroy(error);
    });
    outgoing.on('error', (error) => reject(socketPath === undefined ? asNetworkError(error, url) : unreachableSocket(error, socketPath)));
    outgoing.on('response', (stream) => {
      answer = stream;
      const headers = new Map<string, string>();
      for (const [name, value] of Object.entries(stream.headers)) {
        if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
      }
      resolve({ status: stream.statusCode ?? 0, headers, stream });
    });
    outgoing.end(request.body);
  });
}

/** Checks every address a name has before one is connected to, so that no second lookup can give another. */
function guardedLookup(named: boolean, proxyHosts: ReadonlySet<string>): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const bad = proxyHosts.has(hostname) ? undefined : addresses.find(({ address }) => isForbidden(address, named));
      if (bad !== undefined) return callback(blocked(hostname) as unknown as NodeJS.ErrnoException, '', 0);
      if (options.all === true) return callback(null, addresses);
      callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 0);
    });
  };
}

/** Internal addresses are for hosts that somebody named, metadata services for nobody. */
export function isForbidden(address: string, named: boolean): boolean {
  return named ? isMetadataAddress(address) : isInternalAddress(address);
}

export function blocked(host: string): AssayError {
  return new AssayError(
    'blocked-address',
    `${host} is an internal address that nobody named here, or one of a cloud's metadata service, so it was not contacted.`,
  );
}

export function asNetworkError(error: unknown, url: Pick<URL, 'host'>): AssayError {
  if (error instanceof AssayError) return error;
  const { code, message, name } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return new AssayError('aborted', `The request to ${url.host} was stopped.`, { cause: error });
  return new AssayError('network', `${url.host} ${whyUnreachable(code ?? message, message)}`, { cause: error });
}

const NO_TLS = /wrong version number|packet length too long/;
const NO_TRUST = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA/;

function whyUnreachable(code: string, message: string): string {
  if (code === 'EPROTO' && NO_TLS.test(message)) return 'does not speak TLS; check the port, or write http:// where nothing is encrypted.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `has a certificate for another name (${code}); use the name that it is made for.`;
  if (NO_TRUST.test(code)) return `has a certificate that is not trusted (${code}); name the file of its authority in SSL_CERT_FILE.`;
  return `cannot be reached (${code}); check the address, the network and the proxy.`;
}

/** A program of this machine that is spoken to through a socket file. */
export function unreachableSocket(error: Error, socketPath: string): AssayError {
  if (error instanceof AssayError) return error;
  const { code = error.message } = error as NodeJS.ErrnoException;
  return new AssayError('network', `${socketPath} cannot be reached (${code}); check that it is there and may be opened.`, {
    cause: error,
  });
}
