import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { tracingChannel } from 'node:diagnostics_channel';
import type { Logger } from '@assay/core/context.ts';
import { ASSAY_VERSION } from '@assay/engine/version.ts';
import type { Metric, Metrics, Sample } from './metrics.ts';
import { SPANS, type Span } from './spans.ts';

export interface OtlpOptions {
  /** `http://collector:4318`; `/v1/traces` and `/v1/metrics` are added. */
  readonly endpoint: string;
  /** Posts JSON; returns the status. */
  readonly send: (url: string, body: Buffer) => Promise<number>;
  readonly metrics: Metrics;
  /** Milliseconds since the epoch, with fractions. */
  readonly now: () => number;
  readonly log: Logger;
}

interface Running {
  readonly span: Span;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly start: number;
  failed: boolean;
}

const KINDS = { internal: 1, server: 2, client: 3 } as const;
const MOST_HELD = 4096;
const SPANS_MS = 5_000;
const METRICS_MS = 30_000;

/** Exports traces and metrics over OTLP/HTTP in JSON. A collector that does not answer costs its spans, never the service. */
export function startOtlp(options: OtlpOptions): { stop(): Promise<void> } {
  const { metrics, now, log } = options;
  const channel = tracingChannel<Running | undefined, Span>(SPANS);
  const current = new AsyncLocalStorage<Running | undefined>();
  const running = new WeakMap<Span, Running>();
  const ended: object[] = [];
  const begunAt = now();
  channel.start.bindStore(current, (span) => {
    const begun = begin(span, current.getStore(), now());
    running.set(span, begun);
    return begun;
  });
  const onError = (span: unknown): void => {
    const one = running.get(span as Span);
    if (one !== undefined) one.failed = true;
  };
  const onEnd = (span: unknown): void => {
    const one = running.get(span as Span);
    if (one !== undefined && ended.length < MOST_HELD) ended.push(told(one, now()));
  };
  channel.error.subscribe(onError);
  channel.asyncEnd.subscribe(onEnd);
  const post = async (path: string, body: object): Promise<void> => {
    try {
      const status = await options.send(`${options.endpoint.replace(/\/$/, '')}${path}`, Buffer.from(JSON.stringify(body)));
      if (status >= 300) log.debug('the collector of traces refuses', { status });
    } catch (error) {
      log.debug('the collector of traces cannot be reached', { error: (error as Error).message });
    }
  };
  const sendSpans = async (): Promise<void> => {
    const spans = ended.splice(0);
    if (spans.length > 0) await post('/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
  };
  const sendMetrics = async (): Promise<void> => {
    const list = (await metrics.read()).map((metric) => metricOf(metric, { start: begunAt, at: now() }));
    await post('/v1/metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: list }] }] });
  };
  const timers = [setInterval(() => void sendSpans(), SPANS_MS), setInterval(() => void sendMetrics(), METRICS_MS)];
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      channel.start.unbindStore(current);
      channel.error.unsubscribe(onError);
      channel.asyncEnd.unsubscribe(onEnd);
      await Promise.all([sendSpans(), sendMetrics()]);
    },
  };
}

const scope = { name: 'assay', version: ASSAY_VERSION };
const resource = { attributes: attributesOf({ 'service.name': 'assay', 'service.version': ASSAY_VERSION }) };

function begin(span: Span, parent: Running | undefined, start: number): Running {
  const [, traceId, parentId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(span.parent ?? '') ?? [];
  const own = { span, spanId: randomBytes(8).toString('hex'), start, failed: false };
  if (parent !== undefined) return { ...own, traceId: parent.traceId, parentId: parent.spanId };
  return { ...own, traceId: traceId ?? randomBytes(16).toString('hex'), parentId };
}

function told({ span, traceId, spanId, parentId, start, failed }: Running, end: number): object {
  return {
    ...{ traceId, spanId, name: span.name, kind: KINDS[span.kind], attributes: attributesOf(span.attributes) },
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    ...{ startTimeUnixNano: nanoseconds(start), endTimeUnixNano: nanoseconds(end), status: failed ? { code: 2 } : {} },
  };
}

function metricOf(metric: Metric, time: { readonly start: number; readonly at: number }): object {
  const facts = { name: metric.name, description: metric.about };
  const when = { startTimeUnixNano: nanoseconds(time.start), timeUnixNano: nanoseconds(time.at) };
  const point = ({ labels, value }: Sample): object => ({ attributes: attributesOf(labels), asDouble: value, ...when });
  const cumulative = { aggregationTemporality: 2 };
  if (metric.kind !== 'histogram') {
    const dataPoints = metric.samples.map(point);
    return {
      ...facts,
      ...(metric.kind === 'gauge' ? { gauge: { dataPoints } } : { sum: { ...cumulative, isMonotonic: true, dataPoints } }),
    };
  }
  const dataPoints = metric.distributions.map(({ labels, counts, sum }) => ({
    ...{ attributes: attributesOf(labels), ...when, sum, explicitBounds: metric.bounds },
    ...{ count: String(counts.reduce((a, b) => a + b, 0)), bucketCounts: counts.map(String) },
  }));
  return { ...facts, histogram: { ...cumulative, dataPoints } };
}

function attributesOf(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
  }));
}

function nanoseconds(milliseconds: number): string {
  return `${BigInt(Math.round(milliseconds * 1000)) * 1000n}`;
}
