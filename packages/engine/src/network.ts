import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { createFetcher, type Fetcher } from '@assay/net/guarded-fetch.ts';
import { createHostLimits } from '@assay/net/host-limits.ts';
import { ASSAY_VERSION } from './version.ts';

/** How this process may reach the network, as its configuration says. */
export interface NetworkSettings {
  readonly proxy: { readonly http: string | undefined; readonly https: string | undefined; readonly none: string | undefined };
  /** PEM file with certificate authorities to trust besides the built-in ones. */
  readonly certificateFile: string | undefined;
}

/** The guarded fetcher of this process; with `perHost`, whoever asks the same host waits together when it is busy. AssayError `config` when the certificate file cannot be read. */
export function fetcherOf({ proxy, certificateFile }: NetworkSettings, ctx: Context, { perHost = false } = {}): Fetcher {
  const means = meansOf(ctx);
  return createFetcher({
    ...means,
    ...(perHost ? { limits: createHostLimits(means) } : {}),
    proxy: {
      ...(proxy.http === undefined ? {} : { httpProxy: proxy.http }),
      ...(proxy.https === undefined ? {} : { httpsProxy: proxy.https }),
      ...(proxy.none === undefined ? {} : { noProxy: proxy.none }),
    },
    ...(certificateFile === undefined ? {} : { extraCa: certificates(certificateFile) }),
  });
}

/** Reaches one socket file, as an administrator of this machine wrote it. */
export function socketFetcherOf(socketPath: string, ctx: Context): Fetcher {
  return createFetcher({ ...meansOf(ctx), socketPath });
}

function meansOf(ctx: Context) {
  return { userAgent: `assay/${ASSAY_VERSION}`, now: ctx.now, random: Math.random, sleep: sleepFor };
}

export async function sleepFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssayError('config', `The certificate file ${file} cannot be read; check SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.`, { cause });
  }
}
