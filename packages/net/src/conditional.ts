import { AssayError } from '@assay/core/errors.ts';
import type { Fetcher, GuardedRequest } from './guarded-fetch.ts';

/** What was kept of the last answer. */
export interface Fingerprint {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface ConditionalRequest
  extends Fingerprint,
    Pick<GuardedRequest, 'maxBytes' | 'named' | 'insecure' | 'headers' | 'signal' | 'stallMs' | 'timeoutMs'> {}

export type ConditionalAnswer = 'unchanged' | (Fingerprint & { readonly body: AsyncIterable<Buffer>; readonly size: number | undefined });

/**
 * Fetches a file unless it is still the one of the fingerprint. Throws the fetcher's AssayErrors and `http-status` for every answer but
 * 200 and 304.
 */
export async function fetchConditional(url: string, request: ConditionalRequest, fetcher: Fetcher): Promise<ConditionalAnswer> {
  const { etag, lastModified, headers, ...rest } = request;
  const response = await fetcher({
    ...rest,
    url,
    headers: {
      ...headers,
      ...(etag !== undefined && { 'if-none-match': etag }),
      ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
    },
  });
  if (response.status === 304) {
    response.discard();
    return 'unchanged';
  }
  if (response.status !== 200) {
    response.discard();
    throw new AssayError(
      'http-status',
      `${response.url.host} answered ${response.status} for ${response.url.pathname.slice(0, 200)}; try again later or check the address.`,
    );
  }
  const newTag = response.headers.get('etag');
  const newDate = response.headers.get('last-modified');
  // Some servers ignore the condition; the same strong tag is the same file all the same.
  if (newTag !== undefined && newTag === etag && !newTag.startsWith('W/')) {
    response.discard();
    return 'unchanged';
  }
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  return {
    body: response.body,
    size: Number.isSafeInteger(length) ? length : undefined,
    ...(newTag !== undefined && { etag: newTag }),
    ...(newDate !== undefined && { lastModified: newDate }),
  };
}
