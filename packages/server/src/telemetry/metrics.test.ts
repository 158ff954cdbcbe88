import { expect, test } from 'vitest';
import { createMetrics, gauge } from './metrics.ts';
import { prometheusText } from './prometheus.ts';

test('counters, histograms and gauges in the form that Prometheus reads', async () => {
  const metrics = createMetrics();
  const requests = metrics.counter('assay_requests_total', 'Requests.');
  const seconds = metrics.histogram('assay_seconds', 'Time.', [0.1, 1]);
  metrics.gauges(async () => [gauge('assay_up', 'Up.', [{ labels: {}, value: 1 }])]);
  metrics.gauges(async () => {
    throw new Error('the database is away');
  });
  requests({ operation: 'a"b\\c\nd' });
  requests({ operation: 'a"b\\c\nd' }, 2);
  for (const value of [0.1, 0.5, 7]) seconds({ operation: 'x' }, value);
  expect(prometheusText(await metrics.read())).toBe(
    [
      '# HELP assay_requests_total Requests.',
      '# TYPE assay_requests_total counter',
      'assay_requests_total{operation="a\\"b\\\\c\\nd"} 3',
      '# HELP assay_seconds Time.',
      '# TYPE assay_seconds histogram',
      'assay_seconds_bucket{operation="x",le="0.1"} 1',
      'assay_seconds_bucket{operation="x",le="1"} 2',
      'assay_seconds_bucket{operation="x",le="+Inf"} 3',
      'assay_seconds_sum{operation="x"} 7.6',
      'assay_seconds_count{operation="x"} 3',
      '# HELP assay_up Up.',
      '# TYPE assay_up gauge',
      'assay_up 1',
      '',
    ].join('\n'),
  );
});

test('a metric does not grow without end', async () => {
  const metrics = createMetrics();
  const count = metrics.counter('a', 'b');
  for (let n = 0; n < 3000; n++) count({ n: String(n) });
  const [metric] = await metrics.read();
  expect(metric).toMatchObject({ samples: { length: 2000 } });
});
