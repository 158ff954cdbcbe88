import { AssayError } from '@assay/core/errors.ts';
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
    const given = { url, headers, method, foreign: !known, insecure: known, ...limits, ...(body === undefined ? {} : { body }) };
    const answer = await fetcher(given).catch((error: unknown) => {
      throw unnamed(error, new URL(url).host);
    });
    return { status: answer.status, headers: answer.headers, body: await answer.bytes() };
  };
}

/** The same rule for what is not HTTP. */
export function addressOver(named: readonly string[] = []): AddressOf {
  return (host) =>
    guardedAddress(host, named.includes(host)).catch((error: unknown) => {
      throw unnamed(error, host);
    });
}

/** Whoever reads why nothing arrives runs a service, where a host is named by a setting and not by an option of a command. */
function unnamed(error: unknown, host: string): unknown {
  if (!(error instanceof AssayError)) return error;
  const why = { 'blocked-address': 'has an internal address', 'insecure-url': 'would be sent to without encryption' }[error.code];
  if (why === undefined) return error;
  return new AssayError(error.code, `${host} ${why}; if that is meant, the operator names it in ASSAY_WEBHOOK_HOSTS.`, { cause: error });
}
