export interface VectorPart {
  /** Base metric, e.g. `AV`. */
  readonly metric: string;
  readonly value: string;
}

/** The base metrics, in the order of the three specifications (first.org CVSS 2.0, 3.1, 4.0); others are left out. */
export const BASE_METRICS = {
  AV: ['N', 'A', 'L', 'P'],
  AC: ['L', 'M', 'H'],
  AT: ['N', 'P'],
  Au: ['N', 'S', 'M'],
  PR: ['N', 'L', 'H'],
  UI: ['N', 'R', 'P', 'A'],
  S: ['U', 'C'],
  C: ['N', 'L', 'H', 'P', 'C'],
  I: ['N', 'L', 'H', 'P', 'C'],
  A: ['N', 'L', 'H', 'P', 'C'],
  VC: ['N', 'L', 'H'],
  VI: ['N', 'L', 'H'],
  VA: ['N', 'L', 'H'],
  SC: ['N', 'L', 'H'],
  SI: ['N', 'L', 'H'],
  SA: ['N', 'L', 'H'],
} as const satisfies Record<string, readonly string[]>;
export type BaseMetric = keyof typeof BASE_METRICS;

/** Base metrics of a vector string, for display; what is not understood is left out, never guessed. */
export function vectorParts(vector: string | undefined): VectorPart[] {
  if (vector === undefined || vector.length > 512) return [];
  const version4 = vector.startsWith('CVSS:4');
  const seen = new Map<string, string>();
  for (const part of vector.split('/')) {
    const [metric = '', value = ''] = part.split(':');
    if (!Object.hasOwn(BASE_METRICS, metric) || (version4 && metric === 'S')) continue;
    if ((BASE_METRICS[metric as BaseMetric] as readonly string[]).includes(value)) seen.set(metric, value);
  }
  return [...seen].map(([metric, value]) => ({ metric, value }));
}

/** How much a value helps an attacker: 2 most, 0 least. Only for emphasis. */
export function vectorWeight({ metric, value }: VectorPart): 0 | 1 | 2 {
  const order: Record<string, string> = { AV: 'PLAN', AC: 'HML', AT: 'PN', Au: 'MSN', PR: 'HLN', UI: 'RAPN', S: 'UC' };
  const scale = order[metric];
  if (scale === undefined) return value === 'H' || value === 'C' ? 2 : value === 'N' ? 0 : 1;
  const index = scale.indexOf(value);
  return index === scale.length - 1 ? 2 : index === 0 ? 0 : 1;
}
