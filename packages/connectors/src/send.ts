import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import type { SendRequest } from './sink.ts';

/** Sends over the guarded fetcher. The address comes from a tenant, so internal addresses and redirects into them are refused. */
export function sendOver(fetcher: Fetcher): SendRequest {
  return async (request, signal) => {
    const { url, headers, body } = request;
    const { status } = await fetcher({ url, headers, body, method: 'POST', foreign: true, maxBytes: 64 * 1024, timeoutMs: 30_000, signal });
    return { status };
  };
}
