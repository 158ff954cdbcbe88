import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@assay/core/context.ts';
import { createTestDatabase } from '@assay/testkit/postgres.ts';
import { expect, test } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { startOtlp } from './otlp.ts';
import { statementName, traced } from './spans.ts';
import { createTelemetry } from './telemetry.ts';

interface Sent {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

test('work, what it does inside, and its statements make one trace that continues the caller’s; no value is in it', async () => {
  const db = await createTestDatabase();
  const bodies: { url: string; text: string }[] = [];
  const telemetry = createTelemetry();
  telemetry.request({ status: 200, service: 's', operation: 'o' }, 12);
  const send = async (url: string, body: Buffer): Promise<number> => {
    bodies.push({ url, text: body.toString('utf8') });
    return 200;
  };
  const otlp = startOtlp({ endpoint: 'http://collector/', send, metrics: telemetry.metrics, now: Date.now, log: silentLogger });
  const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  try {
    await traced(
      () => ({ name: 'GET', kind: 'server', attributes: {}, parent }),
      async (span) => {
        span!.name = 'inspector2.ListFindings';
        await db.worker.query('select $1::text as secret from account', ['marked-secret']);
        await inTransaction(db.worker, async (tx) => {
          await sleep(2);
          await tx.query("select 'marked-secret' from finding");
        });
      },
    );
    const failing = traced(
      () => ({ name: 'job x', kind: 'internal', attributes: {} }),
      () => db.worker.query('select 1/0'),
    );
    await expect(failing).rejects.toThrow(/division/);
  } finally {
    await otlp.stop();
    await db.drop();
  }
  expect(bodies.map((one) => one.url).sort()).toEqual(['http://collector/v1/metrics', 'http://collector/v1/traces']);
  expect(JSON.stringify(bodies)).not.toContain('marked-secret');
  const traces = JSON.parse(bodies.find((one) => one.url.endsWith('traces'))!.text);
  const spans = traces.resourceSpans[0].scopeSpans[0].spans as Sent[];
  const root = spans.find((one) => one.name === 'inspector2.ListFindings')!;
  expect(root).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) });
  const inside = spans.filter((one) => one.parentSpanId === root.spanId).map((one) => one.name);
  expect(inside).toEqual(['select account', 'begin', 'select finding', 'commit']);
  expect(BigInt(root.endTimeUnixNano)).toBeGreaterThan(BigInt(root.startTimeUnixNano));
  const job = spans.find((one) => one.name === 'job x')!;
  expect(job.status).toEqual({ code: 2 });
  expect(job.traceId).not.toBe(root.traceId);
  const metrics = JSON.parse(bodies.find((one) => one.url.endsWith('metrics'))!.text).resourceMetrics[0].scopeMetrics[0].metrics;
  expect(metrics.find((one: { name: string }) => one.name === 'assay_request_seconds').histogram.dataPoints[0]).toMatchObject({
    count: '1',
    sum: 0.012,
  });
});

test('statements are named by verb and table', () => {
  expect(statementName('  insert into job (a) values ($1)')).toBe('insert job');
  expect(statementName('with x as (select 1) select * from x')).toBe('with x');
  expect(statementName('')).toBe('statement');
});
