import { readFileSync } from 'node:fs';
import { AssayError } from '@assay/core/errors.ts';
import { fetcherOf } from '@assay/engine/network.ts';
import { signSigV4 } from '@assay/wire/sigv4/sign.ts';
import type { Arguments, Cli } from '../command.ts';

/** Calls operations of the extension service, or of Inspector's, with the keys of the caller. */
export interface ServiceClient {
  /** POST with a body, GET without. */
  call<T>(path: string, body?: Uint8Array, service?: 'assay' | 'inspector2'): Promise<T>;
}

const MAX_ANSWER = 4 * 1024 * 1024;

export function serviceClient(given: Arguments, cli: Cli): ServiceClient {
  const base = given.value('server') ?? '';
  if (!URL.canParse(base)) throw new AssayError('usage', `--server ${base} is not a URL; write http://host:8460.`);
  const key = readKey(given, cli);
  const fetcher = fetcherOf(cli.environment, cli.ctx);
  const region = given.value('region') ?? 'us-east-1';
  return {
    async call<T>(path: string, body?: Uint8Array, service: 'assay' | 'inspector2' = 'assay') {
      const url = new URL(path, base);
      const method = body === undefined ? 'GET' : 'POST';
      const bytes = body ?? new Uint8Array();
      const headers = signSigV4({ method, url, body: bytes }, { ...key, region, service }, cli.ctx.now());
      const answer = await fetcher({
        url,
        method,
        headers,
        ...(body === undefined ? {} : { body: Buffer.from(body) }),
        maxBytes: MAX_ANSWER,
        insecure: given.flag('insecure'),
      });
      const text = (await answer.bytes()).toString('utf8');
      if (answer.status >= 300) throw refusal(answer.status, text, base);
      return JSON.parse(text) as T;
    },
  };
}

function refusal(status: number, text: string, base: string): AssayError {
  let message = '';
  try {
    message = (JSON.parse(text) as { message?: string }).message ?? '';
  } catch {
    // not an answer of the service
  }
  return new AssayError(
    'service-refused',
    message === '' ? `${base} answered ${status}; is it an Assay service?` : `The service refused: ${message}`,
  );
}

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function readKey(given: Arguments, { environment }: Cli): Key {
  const { aws } = environment;
  if (given.value('credentials') === undefined && aws.accessKeyId !== undefined && aws.secretAccessKey !== undefined) {
    return { accessKeyId: aws.accessKeyId, secretAccessKey: aws.secretAccessKey };
  }
  const file = given.value('credentials') ?? aws.credentialsFile ?? `${environment.dataDir}/credentials`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssayError('credentials', `${file} cannot be read; name the service's credentials file with --credentials.`, { cause });
  }
  const value = (name: string): string => new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1] ?? '';
  const key = { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
  if (key.accessKeyId === '' || key.secretAccessKey === '') throw new AssayError('credentials', `${file} holds no access key.`);
  return key;
}
