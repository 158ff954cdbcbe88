import type { Labels, Metric } from './metrics.ts';

/** Prometheus text exposition format 0.0.4. */
export function prometheusText(metrics: readonly Metric[]): string {
  return metrics.map((metric) => `# HELP ${metric.name} ${metric.about}\n# TYPE ${metric.name} ${metric.kind}\n${lines(metric)}`).join('');
}

function lines(metric: Metric): string {
  if (metric.kind !== 'histogram') return metric.samples.map(({ labels, value }) => line(metric.name, labels, value)).join('');
  return metric.distributions
    .map(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, n) => {
        total += count;
        return line(`${metric.name}_bucket`, { ...labels, le: n < metric.bounds.length ? String(metric.bounds[n]) : '+Inf' }, total);
      });
      return `${buckets.join('')}${line(`${metric.name}_sum`, labels, sum)}${line(`${metric.name}_count`, labels, total)}`;
    })
    .join('');
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}
