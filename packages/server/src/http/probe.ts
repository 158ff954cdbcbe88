import http from 'node:http';
import { answerText } from './answers.ts';
import { refuseTakenPort } from './http-server.ts';
import { type MetricsRoute, serveMetrics } from './metrics-route.ts';

export interface Probe {
  readonly notReady: () => string | undefined;
  readonly metrics: MetricsRoute;
}

/** The door of a process that serves no API: health and metrics. @throws AssayError `listen` */
export async function startProbe(
  { notReady, metrics }: Probe,
  at: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; close(): void }> {
  await refuseTakenPort(at);
  const server = http.createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, (request, response) => {
    const missing = notReady();
    if (request.url === '/health/live') answerText(response, 200, 'alive');
    else if (request.url === '/health/ready') answerText(response, missing === undefined ? 200 : 503, missing ?? 'ready');
    else if (request.url === '/metrics') void serveMetrics(metrics, request, response);
    else answerText(response, 404, 'Nothing is here.');
  });
  server.maxConnections = 50;
  await new Promise<void>((resolve) => server.listen(at.port, at.host, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? at.port) : at.port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
