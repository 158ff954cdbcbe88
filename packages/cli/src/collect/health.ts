import http from 'node:http';
import { AssayError } from '@assay/core/errors.ts';

/** How the collector does, as a probe may ask. */
export interface CollectorState {
  /** Milliseconds: when the service last took a report. */
  takenAt: number | undefined;
  /** Why the last one was not taken. */
  problem: string | undefined;
}

/** A collector tells something every minute while it sees its cluster and the service answers. */
const FRESH_MS = 300_000;

export interface HealthDoor {
  readonly port: number;
  close(): void;
}

/** `/healthz`: it runs. `/readyz`: the service hears of the cluster. @throws AssayError `listen`, `usage` */
export async function openHealth(address: string, state: CollectorState, now: () => number): Promise<HealthDoor> {
  const match = /^(?:(.*):)?(\d{1,5})$/.exec(address);
  if (match === null || Number(match[2]) > 65_535)
    throw new AssayError('usage', `--health ${address} is no address; write 8461 or 0.0.0.0:8461.`);
  const server = http.createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, (request, response) => {
    const missing = request.url === '/readyz' ? notReady(state, now()) : request.url === '/healthz' ? undefined : 'Nothing is here.';
    response.writeHead(missing === undefined ? 200 : request.url === '/readyz' ? 503 : 404, { 'content-type': 'text/plain' });
    response.end(`${missing ?? 'ok'}\n`);
  });
  server.maxConnections = 20;
  const [, host = '127.0.0.1', port] = match;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new AssayError('listen', `${address} cannot be listened on (${cause.message}); choose another with --health.`)),
    );
    server.listen(Number(port), host.replace(/^\[|\]$/g, ''), resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : Number(port),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function notReady({ takenAt, problem }: CollectorState, now: number): string | undefined {
  if (problem !== undefined) return problem;
  if (takenAt === undefined) return 'the service has heard nothing yet';
  return now - takenAt > FRESH_MS ? 'the cluster was not seen for five minutes' : undefined;
}
