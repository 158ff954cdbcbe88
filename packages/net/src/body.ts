import { AssayError } from '@assay/core/errors.ts';
import { asNetworkError, type RawResponse } from './transport.ts';

export interface GuardedBody {
  /** The bytes as they come, once. Throws AssayErrors `too-large`, `timeout`, `network` (connection broken or body too short). */
  readonly body: AsyncIterable<Buffer>;
  bytes(): Promise<Buffer>;
  text(): Promise<string>;
  /** Throws an AssayError `bad-answer` when it is no JSON. */
  json(): Promise<unknown>;
  /** Lets go of the connection. */
  discard(): void;
}

interface BodyLimits {
  readonly url: URL;
  readonly maxBytes: number;
  readonly stallMs: number;
  /** In every `stallMs` of waiting. */
  readonly leastBytes: number;
  readonly now: () => number;
}

export function openBody(raw: RawResponse, limits: BodyLimits): GuardedBody {
  const body: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => read(raw, limits) };
  const bytes = async (): Promise<Buffer> => {
    const pieces: Buffer[] = [];
    for await (const piece of body) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const text = async (): Promise<string> => (await bytes()).toString('utf8');
  return {
    body,
    bytes,
    text,
    json: async () => {
      const content = await text();
      try {
        return JSON.parse(content.replace(/^\ufeff/, ''));
      } catch {
        throw new AssayError('bad-answer', `${limits.url.host} answered with what is no JSON.`);
      }
    },
    discard: () => {
      raw.stream.on('error', () => {});
      raw.stream.destroy();
    },
  };
}

async function* read({ stream, headers }: RawResponse, { url, maxBytes, stallMs, leastBytes, now }: BodyLimits): AsyncGenerator<Buffer> {
  const tooLarge = new AssayError('too-large', `${url.host} sends more than the ${maxBytes} bytes that are accepted here.`);
  const announced = Number(headers.get('content-length') ?? Number.NaN);
  if (announced > maxBytes && stream.method !== 'HEAD') {
    stream.destroy();
    throw tooLarge;
  }
  let count = 0;
  let waited = 0;
  let recent = 0;
  const pieces = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const asked = now();
      const next = await pieces.next();
      if (next.done === true) break;
      waited += now() - asked;
      recent += next.value.length;
      count += next.value.length;
      if (count > maxBytes) throw tooLarge;
      if (waited >= stallMs) {
        if (recent < leastBytes) throw new AssayError('timeout', `${url.host} sends too slowly; try again later.`);
        waited = 0;
        recent = 0;
      }
      yield next.value;
    }
    if (!stream.complete) throw new AssayError('network', `${url.host} broke the connection before the end; try again.`);
  } catch (error) {
    throw asNetworkError(error, url);
  } finally {
    if (!stream.complete) stream.destroy();
  }
}
