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

export type SdkRules = Pick<GuardedRequest, 'named' | 'foreign' | 'insecure' | 'maxBytes'>;

/** A request handler with which an SDK client reaches the network through the guarded fetch only. Bodies are sent whole; retries are the client's. */
export function sdkHandler(fetcher: Fetcher, rules: SdkRules) {
  return {
    async handle(request: SdkRequest, { abortSignal }: { abortSignal?: AbortSignal } = {}) {
      // The host is the URL's; the body is there at once, so nobody is asked to go on.
      const { host: _host, 'content-length': _length, expect: _expect, ...headers } = request.headers;
      const body = bodyOf(request.body);
      const answer = await fetcher({
        ...rules,
        url: addressOf(request),
        method: request.method as NonNullable<GuardedRequest['method']>,
        headers,
        ...(body === undefined ? {} : { body }),
        maxRedirects: 0,
        retries: 0,
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
