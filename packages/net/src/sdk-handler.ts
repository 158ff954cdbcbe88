import { Readable } from 'node:stream';
import type { Fetcher, GuardedRequest } from './guarded-fetch.ts';

/** What Amazon's SDK clients hand to their request handler. */
interface SdkRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly method: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface SdkExchange {
  readonly url: string;
  readonly method: NonNullable<GuardedRequest['method']>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal;
}

export interface SdkAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Buffer> | Buffer;
}

export type SdkRules = Pick<GuardedRequest, 'named' | 'foreign' | 'insecure' | 'maxBytes'>;

/** A request handler with which an SDK client reaches the network through the guarded fetch only. Retries are the client's. */
export function sdkHandler(fetcher: Fetcher, rules: SdkRules) {
  return sdkHandlerOver((request) => fetcher({ ...rules, ...request, maxRedirects: 0, retries: 0 }));
}

/** A request handler over whatever sends. Bodies are sent whole. */
export function sdkHandlerOver(send: (request: SdkExchange) => Promise<SdkAnswer>) {
  return {
    async handle(request: SdkRequest, { abortSignal }: { abortSignal?: AbortSignal } = {}) {
      // The host is the URL's; the body is there at once, so nobody is asked to go on.
      const { host: _host, 'content-length': _length, expect: _expect, ...headers } = request.headers;
      const body = bodyOf(request.body);
      const answer = await send({
        url: addressOf(request),
        method: request.method as SdkExchange['method'],
        headers,
        ...(body === undefined ? {} : { body }),
        ...(abortSignal === undefined ? {} : { signal: abortSignal }),
      });
      return { response: { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: Readable.from(answer.body) } };
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}
function addressOf({ protocol, hostname, port, path, query = {} }: SdkRequest): string {
  // As the signature spells it: URLSearchParams would write a space as +.
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${spelled(name)}=${one === null || one === undefined ? '' : spelled(one)}`),
  );
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

function spelled(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function bodyOf(body: unknown): string | Buffer | undefined {
  if (body === undefined || body === null || typeof body === 'string') return body ?? undefined;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new Error('the SDK would stream a body');
}
