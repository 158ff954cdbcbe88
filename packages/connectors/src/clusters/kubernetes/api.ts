import { type Fetcher, type GuardedResponse, retryAfter } from '@assay/net/guarded-fetch.ts';
import { fields, text } from '../values.ts';
import type { Access } from './access.ts';
import { MOST_OBJECT_BYTES } from './list-scanner.ts';

/** The API server said no. */
export class Refusal extends Error {
  readonly status: number;
  /** Milliseconds it asks to wait. */
  readonly wait: number | undefined;
  constructor(status: number, message: string, wait?: number) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.wait = wait;
  }
}

export interface Reading {
  readonly signal: AbortSignal;
  /** Labels and owners are enough. */
  readonly metadataOnly?: boolean;
  readonly maxBytes?: number;
  /** Milliseconds for all of it. */
  readonly timeoutMs?: number;
  readonly stallMs?: number;
  /** A watch. */
  readonly endless?: boolean;
}

/** Opens `/api/v1/pods?limit=500`. @throws Refusal, and AssayErrors of the guarded fetch. */
export type Api = (path: string, reading: Reading) => Promise<GuardedResponse>;

const METADATA = ['PartialObjectMetadataList', 'PartialObjectMetadata'] as const;

export function createApi(access: Access, { fetcher, now }: { readonly fetcher: Fetcher; readonly now: () => number }): Api {
  return async (path, { signal, metadataOnly, maxBytes, timeoutMs, stallMs, endless }) => {
    const token = await access.token();
    const form = `application/json;as=${METADATA[endless === true ? 1 : 0]};g=meta.k8s.io;v=v1`;
    const response = await fetcher({
      url: `${access.server}${path}`,
      headers: {
        accept: metadataOnly === true ? `${form},application/json` : 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      maxBytes: maxBytes ?? MOST_OBJECT_BYTES,
      signal,
      tls: access.tls,
      maxRedirects: 0,
      // Whoever follows a list knows better when to ask again.
      retries: 0,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(stallMs !== undefined && { stallMs }),
      ...(endless !== undefined && { endless }),
    });
    if (response.status === 200) return response;
    const wait = retryAfter(response.headers.get('retry-after'), now());
    throw new Refusal(response.status, await reasonOf(response), wait);
  };
}

const MOST_REASON = 64 * 1024;

/** Of the `Status` that comes with a refusal. */
async function reasonOf(response: GuardedResponse): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of response.body) {
      bytes += piece.length;
      if (bytes > MOST_REASON) break;
      pieces.push(piece);
    }
    return text(fields(JSON.parse(Buffer.concat(pieces).toString('utf8')))['message']);
  } catch {
    return '';
  }
}

export async function getObject(api: Api, path: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
  const response = await api(path, { signal, timeoutMs: 30_000 });
  return fields(await response.json());
}
