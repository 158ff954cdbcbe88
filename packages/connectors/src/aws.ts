import type { ConfigField } from './config.ts';
import { matching, webAddress } from './config.ts';
import type { SinkConfig, SinkContext } from './sink.ts';

/** What every sink inside AWS, or what speaks like it, has. The secret is the secret access key. */
export const AWS_CONFIG: Readonly<Record<string, ConfigField>> = {
  region: { about: 'the region', required: true, check: matching(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'like us-east-1') },
  accessKeyId: { about: 'the access key id', required: true, check: matching(/^[A-Za-z0-9_]{16,128}$/, 'an access key id') },
  endpoint: { about: 'instead of the one of AWS', check: webAddress },
};
export const AWS_SECRET: ConfigField = { about: 'the secret access key', required: true };

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

/** Settings of an SDK client that reaches the network only through `ctx.send`; our own pauses are the retries. */
export function sdkSettings(config: SinkConfig, ctx: SinkContext) {
  const { region = '', accessKeyId = '', endpoint } = config;
  return {
    region,
    credentials: { accessKeyId, secretAccessKey: ctx.secret },
    maxAttempts: 1,
    requestHandler: {
      handle: (request: SdkRequest) => exchange(request, ctx),
      destroy() {},
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
    },
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

async function exchange(request: SdkRequest, ctx: SinkContext) {
  const { protocol, hostname, port, path, headers, body, query = {} } = request;
  const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
  for (const [name, value] of Object.entries(query)) for (const one of [value].flat()) url.searchParams.append(name, one ?? '');
  const { host: _, 'content-length': __, ...sent } = headers;
  const bytes = body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : String(body ?? '');
  const answer = await ctx.send({ method: request.method as 'POST', url: url.href, headers: sent, body: bytes }, ctx.signal);
  return { response: { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: new Uint8Array(answer.body) } };
}
