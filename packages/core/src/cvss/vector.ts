/** Values of each metric of a CVSS version, in the order of the specification. */
export type MetricTable = ReadonlyMap<string, readonly string[]>;
/** Metric → value of one vector. */
export type Metrics = ReadonlyMap<string, string>;

const MAX_LENGTH = 512;

/** `AV:N C:NPC` → metric → values; a value of several letters is written between commas (`E:U,POC,F`). */
export function metricTable(text: string): MetricTable {
  return new Map(
    text.split(/\s+/).map((entry) => {
      const colon = entry.indexOf(':');
      const values = entry.slice(colon + 1);
      return [entry.slice(0, colon), values.includes(',') ? values.split(',') : [...values]] as const;
    }),
  );
}

/** The metrics of a vector without its prefix; undefined for an unknown metric or value, one given twice, or a wrong order where it counts. */
export function parseMetrics(text: string, table: MetricTable, options: { readonly ordered: boolean }): Metrics | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const order = [...table.keys()];
  const metrics = new Map<string, string>();
  let last = -1;
  for (const part of text.split('/')) {
    const colon = part.indexOf(':');
    const [name, value] = [part.slice(0, colon), part.slice(colon + 1)];
    const place = order.indexOf(name);
    if (colon < 0 || !table.get(name)?.includes(value) || metrics.has(name) || (options.ordered && place < last)) return undefined;
    metrics.set(name, value);
    last = place;
  }
  return metrics;
}

export function hasAll(metrics: Metrics, names: readonly string[]): boolean {
  return names.every((name) => metrics.has(name));
}
