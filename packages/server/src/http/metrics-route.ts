import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from '../telemetry/metrics.ts';
import { prometheusText } from '../telemetry/prometheus.ts';
import { answerText } from './answers.ts';
import { isLoopback } from './host.ts';

export interface MetricsRoute {
  readonly metrics: Metrics;
  readonly token: string | undefined;
}

/** Headers by which a proxy on this machine tells that the caller is elsewhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip'];

/** `GET /metrics` for who has the token or, where there is none, for this machine. To others it does not exist. */
export async function serveMetrics({ metrics, token }: MetricsRoute, request: IncomingMessage, response: ServerResponse): Promise<number> {
  const allowed =
    token === undefined
      ? isLoopback((request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')) &&
        !FORWARDED.some((name) => request.headers[name] !== undefined)
      : same(request.headers.authorization ?? '', `Bearer ${token}`);
  if (!allowed) return answerText(response, 404, 'Nothing is here.');
  const text = prometheusText(await metrics.read());
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' });
  response.end(text);
  return 200;
}

function same(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
