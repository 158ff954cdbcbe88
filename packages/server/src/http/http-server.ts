import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { Gateway } from '@assay/wire/gateway.ts';
import type { TokenStore } from '../accounts/tokens.ts';
import { isLoopback, LOOPBACK_NAMES } from './host.ts';
import { handleRequest, type Site } from './request.ts';
import type { StaticFiles } from './static-files.ts';

export interface HttpServerOptions extends Pick<Site, 'metrics' | 'onAnswer' | 'oidc' | 'inbox'> {
  readonly gateway: Gateway;
  readonly tokens: TokenStore;
  readonly staticFiles: StaticFiles;
  /** Undefined when ready; otherwise what is missing, in a few words. */
  readonly notReady: () => string | undefined;
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Names that browsers may use for this service, beside the loopback ones; undefined on a public address takes any. */
  readonly hostNames?: readonly string[];
  readonly log: Logger;
  /** Milliseconds, monotonic. */
  readonly elapsed: () => number;
  readonly limits?: Partial<typeof LIMITS>;
}

export interface HttpServer {
  /** `http://127.0.0.1:8460`, without a slash at the end. */
  readonly address: string;
  /** Tells that it is not ready and goes on for `noticeMs`, so that balancers look elsewhere; then lets running requests finish for `graceMs`. */
  close(graceMs: number, noticeMs?: number): Promise<void>;
}

/** Slow senders are cut: 15 s for the headers, 5 minutes for the whole request (100 MB at 340 kB/s). */
const LIMITS = {
  headersTimeout: 15_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 32_768,
};
const MOST_CONNECTIONS = 4_000;

/**
 * The one port: API, console, sign-in and health.
 * @throws AssayError `listen`
 */
export async function startHttpServer(
  options: HttpServerOptions,
  at: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const state = { draining: false };
  const hostNames = isLoopback(at.host) ? [...LOOPBACK_NAMES, ...(options.hostNames ?? [])] : options.hostNames;
  const site = { ...options, ...(hostNames ? { hostNames } : {}), newRequestId: () => randomUUID(), isDraining: () => state.draining };
  const listener = (request: IncomingMessage, response: ServerResponse) => void handleRequest(site, request, response);
  const limits = { ...LIMITS, ...options.limits };
  const server = options.tls
    ? https.createServer({ ...limits, ...options.tls, minVersion: 'TLSv1.2' }, listener)
    : http.createServer(limits, listener);
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', (_error, socket) => {
    // Bytes that are no HTTP: Node's default answer tells the reason; ours tells nothing.
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  await listen(server, at);
  const { port } = server.address() as AddressInfo;
  const shown = at.host.includes(':') ? `[${at.host}]` : at.host;
  return {
    address: `${options.tls ? 'https' : 'http'}://${shown}:${port}`,
    async close(graceMs, noticeMs = 0) {
      state.draining = true;
      if (noticeMs > 0) await new Promise((resolve) => setTimeout(resolve, noticeMs));
      await drain(server, graceMs);
    },
  };
}

/** Asked before anything heavy is begun; {@link startHttpServer} is the truth. @throws AssayError `listen` */
export async function refuseTakenPort(at: { readonly host: string; readonly port: number }): Promise<void> {
  const probe = http.createServer();
  await listen(probe, at);
  await new Promise((resolve) => probe.close(resolve));
}

function listen(server: http.Server | https.Server, at: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      const hint = taken
        ? `Port ${at.port} is taken; stop the other program or set ASSAY_PORT.`
        : `Cannot listen on ${at.host}:${at.port} (${cause.message}).`;
      reject(new AssayError('listen', hint, { cause }));
    });
    server.listen(at.port, at.host, () => resolve());
  });
}

/** A connection that falls idle after the close would otherwise be kept for the next request until it times out. */
const SWEEP_EVERY_MS = 50;

function drain(server: http.Server | https.Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
