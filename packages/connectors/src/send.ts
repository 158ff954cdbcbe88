import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import { guardedAddress } from '@assay/net/resolve.ts';
import type { AddressOf, SendRequest } from './sink.ts';

/**
 * Sends over the guarded fetcher. The address comes from a tenant, so internal addresses and redirects into them are refused, except for
 * the hosts that the operator named.
 */
export function sendOver(fetcher: Fetcher, named: readonly string[] = []): SendRequest {
  return async (request, signal) => {
    const { url, headers, body, method = 'POST' } = request;
    const known = named.includes(new URL(url).host) || named.includes(new URL(url).hostname);
    const limits = { maxBytes: 256 * 1024, timeoutMs: 30_000, signal, retries: 0, maxRedirects: 0 };
    const answer = await fetcher({
      url,
      headers,
      method,
      foreign: !known,
      insecure: known,
      ...limits,
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.bytes() };
  };
}

/** The same rule for what is not HTTP. */
export function addressOver(named: readonly string[] = []): AddressOf {
  return (host) => guardedAddress(host, named.includes(host));
}
