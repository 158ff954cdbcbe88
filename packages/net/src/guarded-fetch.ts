import { AssayError } from '@assay/core/errors.ts';
import { isLoopbackHost } from './address.ts';
import { type GuardedBody, openBody } from './body.ts';
import { type HostLimits, type Leave, LONGEST_WAIT } from './host-limits.ts';
import { createTransport, type TlsIdentity, type Transport, type TransportOptions } from './transport.ts';

export interface FetcherOptions extends TransportOptions {
  readonly userAgent?: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Whoever asks the same host waits together when it says that it is busy; else each by himself. */
  readonly limits?: HostLimits;
}

export interface GuardedRequest {
  readonly url: string | URL;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Bytes of the answer's body; more is an error. */
  readonly maxBytes: number;
  /** Milliseconds without a byte, default 30,000. */
  readonly stallMs?: number;
  /** Milliseconds for the whole exchange with its body, default one hour. */
  readonly timeoutMs?: number;
  /** Further `host[:port]` the user named: they may have internal addresses. The URL's own host counts unless `foreign` is set. */
  readonly named?: readonly string[];
  /** The URL came from a server, not from the user. */
  readonly foreign?: boolean;
  /** Allow http to hosts that are not loopback; only to named ones. */
  readonly insecure?: boolean;
  /** Default 5. */
  readonly maxRedirects?: number;
  /** Attempts beyond the first after 429, 5xx and broken connections, default 3; not for what changes something. */
  readonly retries?: number;
  readonly signal?: AbortSignal;
  /** For the URL's own host only. */
  readonly tls?: TlsIdentity;
  /** The answer goes on for as long as there is something to tell: no least speed, and a connection of its own. */
  readonly endless?: boolean;
}

export interface GuardedResponse extends GuardedBody {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Where the answer came from after redirects. */
  readonly url: URL;
}

/** Any status but a redirect or one worth a retry is returned, not thrown. */
export type Fetcher = (request: GuardedRequest) => Promise<GuardedResponse>;

const RETRIED: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** A server must send this much in every `stallMs` of waiting for it; one that sends a byte a second holds nobody for hours. */
const LEAST_BYTES = 16 * 1024;

/**
 * The only way out to the network. Throws AssayErrors: `bad-url`, `insecure-url`, `blocked-address`, `redirect-refused`, `network`, `timeout`,
 * `too-large`.
 */
export function createFetcher(options: FetcherOptions): Fetcher {
  const transport = createTransport(options);
  return (request) => fetchWithRetries({ options, transport, request });
}

interface Job {
  readonly options: FetcherOptions;
  readonly transport: Transport;
  readonly request: GuardedRequest;
}

async function fetchWithRetries(job: Job): Promise<GuardedResponse> {
  const { request, options } = job;
  const retries = isRead(request.method) ? (request.retries ?? 3) : 0;
  for (let attempt = 0; ; attempt++) {
    let wait: number | undefined;
    try {
      const response = await inTurn(job);
      if (!RETRIED.has(response.status) || attempt >= retries) return response;
      wait = retryAfter(response.headers.get('retry-after'), options.now());
      if (wait !== undefined && wait > LONGEST_WAIT) return response;
      response.discard();
      if (options.limits !== undefined && isBusy(response)) continue;
    } catch (error) {
      const transient = error instanceof AssayError && error.code === 'network';
      if (!transient || attempt >= retries || request.signal?.aborted === true) throw error;
    }
    // Full jitter: many clients of one server shall not come back together.
    await options.sleep(wait ?? Math.round(options.random() * 500 * 2 ** attempt), request.signal);
  }
}

/** With limits, the next attempt waits there, and so does everybody else who asks this host. */
async function inTurn(job: Job): Promise<GuardedResponse> {
  const { request, options } = job;
  const leave = await options.limits?.enter(parseUrl(request.url).host, request.signal);
  let busy: Parameters<Leave>[0];
  try {
    const response = await follow(job);
    if (isBusy(response)) busy = { wait: retryAfter(response.headers.get('retry-after'), options.now()) };
    return response;
  } finally {
    leave?.(busy);
  }
}

function isBusy({ status, headers }: GuardedResponse): boolean {
  return status === 429 || (status === 503 && headers.has('retry-after'));
}

function isRead(method: string | undefined): boolean {
  return method === undefined || method === 'GET' || method === 'HEAD';
}

/** Milliseconds to wait by a Retry-After field: seconds, possibly fractional, or a date. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}(\.\d{1,9})?$/.test(value.trim())) return Math.ceil(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

async function follow({ options, transport, request }: Job): Promise<GuardedResponse> {
  let url = parseUrl(request.url);
  const own = url.origin;
  const named = new Set([...(request.named ?? []).map((host) => host.toLowerCase()), ...(request.foreign === true ? [] : [url.host])]);
  let headers: Readonly<Record<string, string>> = {
    'user-agent': options.userAgent ?? 'assay',
    'accept-encoding': 'identity',
    ...lower(request.headers),
  };
  let method: string = request.method ?? 'GET';
  const deadline = AbortSignal.timeout(request.timeoutMs ?? 3_600_000);
  const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline]);
  for (let hop = 0; ; hop++) {
    const isNamed = named.has(url.host);
    checkScheme(url, isNamed && request.insecure === true);
    const raw = await transport({
      url,
      method,
      headers,
      named: isNamed,
      stallMs: request.stallMs ?? 30_000,
      signal,
      ...(request.body !== undefined && !isRead(method) && { body: request.body }),
      ...(request.tls !== undefined && url.origin === own && { tls: request.tls }),
      ...(request.endless === true && { endless: true }),
    });
    const location = REDIRECTS.has(raw.status) ? raw.headers.get('location') : undefined;
    const limits = { url, maxBytes: request.maxBytes, stallMs: request.stallMs ?? 30_000, now: options.now };
    const body = openBody(raw, { ...limits, leastBytes: request.endless === true ? 0 : LEAST_BYTES });
    if (location === undefined) return { status: raw.status, headers: raw.headers, url, ...body };
    body.discard();
    if (hop >= (request.maxRedirects ?? 5)) throw refused(url, 'redirects too often');
    const next = nextUrl(url, location);
    if (url.protocol === 'https:' && next.protocol !== 'https:') throw refused(url, 'redirects from https to http');
    if (!isRead(method)) throw refused(url, 'redirects a request with a body');
    if (next.origin !== url.origin) headers = withoutSecrets(headers);
    if (raw.status === 303) method = method === 'HEAD' ? 'HEAD' : 'GET';
    url = next;
  }
}

/** Credentials and vendor headers are for the server they were made for. */
function withoutSecrets(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|proxy-authorization|cookie|x-.*)$/.test(name)));
}

function lower(headers: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}

function parseUrl(text: string | URL): URL {
  const url = URL.parse(String(text));
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new AssayError(
      'bad-url',
      `${JSON.stringify(
        String(text)
          .replace(/\/\/[^/@]*@/, '//…@')
          .slice(0, 200),
      )} is not a usable http or https address.`,
    );
  }
  url.hash = '';
  return url;
}

function nextUrl(from: URL, location: string): URL {
  const next = URL.parse(location, from.href);
  if (next === null) throw refused(from, 'redirects to what is no address');
  return parseUrl(next);
}

function checkScheme(url: URL, insecureAllowed: boolean): void {
  if (url.protocol === 'https:' || isLoopbackHost(url.hostname) || insecureAllowed) return;
  throw new AssayError(
    'insecure-url',
    `${url.origin} would be contacted without encryption; use https, or --insecure if you trust the network.`,
  );
}

function refused(url: URL, what: string): AssayError {
  return new AssayError('redirect-refused', `${url.host} ${what}, which is not followed.`);
}
