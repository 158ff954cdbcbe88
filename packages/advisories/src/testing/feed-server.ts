import { createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FetchConditional } from '../feed.ts';

/** A real HTTP server for feeds under test. `url('/x')` is its address. */
export async function startServer(
  listener: RequestListener,
): Promise<{ readonly url: (path: string) => string; readonly close: () => Promise<void> }> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The network port over plain `node:http`: what the guarded client does, without its guards. */
export const httpFetch: FetchConditional = async (request) => {
  const headers: Record<string, string> = {};
  if (request.etag !== undefined) headers['if-none-match'] = request.etag;
  if (request.lastModified !== undefined) headers['if-modified-since'] = request.lastModified;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(request.url, { headers, ...(request.signal === undefined ? {} : { signal: request.signal }) }, resolve).on('error', reject);
  });
  if (response.statusCode === 304) {
    response.resume();
    return { status: 'unchanged' };
  }
  if (response.statusCode !== 200) {
    response.resume();
    throw Object.assign(new Error(`HTTP ${response.statusCode}`), { retryable: (response.statusCode ?? 500) >= 500 });
  }
  const { etag, 'last-modified': lastModified } = response.headers;
  return { status: 'ok', ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }), body: response };
};
