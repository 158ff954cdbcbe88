import type { BaseMetric } from '../format/cvss-vector.ts';
import { en, type MessageKey } from './en.ts';

export function metricKey(metric: BaseMetric): MessageKey {
  return `cvss.${metric}`;
}

const IMPACT: readonly string[] = ['C', 'I', 'A'];

/** The word of a metric's value: its own where it has one, else the common level. */
export function metricValueKey(metric: BaseMetric, value: string): MessageKey {
  const own = `cvss.${metric}.${value}`;
  if (Object.hasOwn(en, own)) return own as MessageKey;
  if (IMPACT.includes(metric) && (value === 'P' || value === 'C')) return `cvss.impact.${value}`;
  return `cvss.level.${value as 'H' | 'M' | 'L' | 'N'}`;
}
