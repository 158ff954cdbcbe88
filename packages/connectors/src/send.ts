import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import type { SendRequest } from './sink.ts';

/**
 * Sends over the guarded fetcher. The address comes from a tenant, so internal addresses and redirects into them are refused, except for
 * the hosts that the operator named.
 */
export function sendOver(fetcher: Fetcher, named: readonly string[] = []): SendRequest {
  return async (request, signal) => {
    const { url, headers, body } = request;
    const known = named.includes(new URL(url).host) || named.includes(new URL(url).hostname);
    const limits = { maxBytes: 64 * 1024, timeoutMs: 30_000, signal };
    const { status } = await fetcher({ url, headers, body, method: 'POST', foreign: !known, insecure: known, ...limits });
    return { status };
  };
}
