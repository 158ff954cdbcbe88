import { AssayError } from '@assay/core/errors.ts';
import { isObject } from '@assay/core/json.ts';
import { fetcherOf } from '@assay/engine/network.ts';
import { signSigV4 } from '@assay/wire/sigv4/sign.ts';
import type { Arguments, Cli } from '../command.ts';
import { readKey } from './credentials.ts';

export type ServiceName = 'assay' | 'inspector2';

/** Calls operations of the extension service, or of Inspector's, with the keys of the caller. AssayError `service-refused`, `not-there`. */
export interface ServiceClient {
  /** POST with a body, GET without. */
  call<T>(path: string, body?: Uint8Array, service?: ServiceName): Promise<T>;
  /** POST with JSON. */
  ask<T>(path: string, input?: object, service?: ServiceName): Promise<T>;
  /** The items of every page of a list, by the name of the member that holds them. */
  all<T>(path: string, member: string, options?: { readonly input?: object; readonly service?: ServiceName }): AsyncIterable<T>;
}

/** A VEX document comes whole. */
const MAX_ANSWER = 64 * 1024 * 1024;

export function serviceClient(given: Arguments, cli: Cli): ServiceClient {
  const base = given.value('server') ?? '';
  if (!/^https?:\/\//.test(base) || !URL.canParse(base))
    throw new AssayError('usage', `--server ${base} is not a URL; write http://host:8460.`);
  const key = readKey(given, cli);
  const fetcher = fetcherOf(cli.environment, cli.ctx);
  const region = given.value('region') ?? 'us-east-1';
  const call = async <T>(path: string, body?: Uint8Array, service: ServiceName = 'assay'): Promise<T> => {
    const url = new URL(base.replace(/\/+$/, '') + path);
    const method = body === undefined ? 'GET' : 'POST';
    const headers = signSigV4({ method, url, body: body ?? new Uint8Array() }, { ...key, region, service }, cli.ctx.now());
    const answer = await fetcher({
      url,
      method,
      headers,
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
      maxBytes: MAX_ANSWER,
      insecure: given.flag('insecure'),
      ...(cli.ctx.signal === undefined ? {} : { signal: cli.ctx.signal }),
    });
    const text = (await answer.bytes()).toString('utf8');
    const value = parsed(text);
    if (answer.status >= 300 || value === undefined) throw refusal(answer.status, value, base);
    return value as T;
  };
  const ask = <T>(path: string, input: object = {}, service?: ServiceName): Promise<T> =>
    call<T>(path, Buffer.from(JSON.stringify(input)), service);
  return {
    call,
    ask,
    async *all<T>(path: string, member: string, { input = {}, service }: { input?: object; service?: ServiceName } = {}) {
      let nextToken: string | undefined;
      do {
        const page: Record<string, unknown> = await ask(path, { ...input, nextToken }, service);
        yield* page[member] as readonly T[];
        nextToken = page['nextToken'] as string | undefined;
      } while (nextToken !== undefined);
    },
  };
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // not an answer of the service
    return undefined;
  }
}

function refusal(status: number, answer: { readonly message?: unknown } | undefined, base: string): AssayError {
  const message = answer?.message;
  if (typeof message !== 'string' || message === '')
    return new AssayError('service-refused', `${base} answered ${status}; is it an Assay service?`);
  return new AssayError(status === 404 ? 'not-there' : 'service-refused', `The service refused: ${message}`);
}
