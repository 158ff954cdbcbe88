export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** Of a histogram: observations up to each bound (not cumulative; one more at the end for what is above), their sum. */
export interface Distribution {
  readonly labels: Labels;
  readonly counts: readonly number[];
  readonly sum: number;
}

/** One metric at one moment. Units are in the name: seconds, bytes. */
export type Metric =
  | { readonly name: string; readonly about: string; readonly kind: 'counter' | 'gauge'; readonly samples: readonly Sample[] }
  | {
      readonly name: string;
      readonly about: string;
      readonly kind: 'histogram';
      readonly bounds: readonly number[];
      readonly distributions: readonly Distribution[];
    };

/** Asked at each reading. What it cannot find out it leaves away. */
export type Gauges = () => Promise<readonly Metric[]>;

export interface Metrics {
  counter(name: string, about: string): (labels: Labels, by?: number) => void;
  histogram(name: string, about: string, bounds: readonly number[]): (labels: Labels, value: number) => void;
  gauges(source: Gauges): void;
  read(): Promise<readonly Metric[]>;
}

/** Labels come from lists of ours; should one of them not, the metric stops growing here. */
const MOST_SERIES = 2000;

/** Counts of this process, from its start. */
export function createMetrics(): Metrics {
  const own: (() => Metric)[] = [];
  const sources: Gauges[] = [];
  return {
    counter(name, about) {
      const series = new Map<string, { labels: Labels; value: number }>();
      own.push(() => ({ name, about, kind: 'counter', samples: [...series.values()] }));
      return (labels, by = 1) => {
        const one = seriesOf(series, labels, () => ({ labels, value: 0 }));
        if (one !== undefined) one.value += by;
      };
    },
    histogram(name, about, bounds) {
      const series = new Map<string, { labels: Labels; counts: number[]; sum: number }>();
      own.push(() => ({ name, about, kind: 'histogram', bounds, distributions: [...series.values()] }));
      return (labels, value) => {
        const one = seriesOf(series, labels, () => ({ labels, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }));
        if (one === undefined) return;
        const at = bounds.findIndex((bound) => value <= bound);
        one.counts[at < 0 ? bounds.length : at]! += 1;
        one.sum += value;
      };
    },
    gauges: (source) => void sources.push(source),
    async read() {
      const asked = await Promise.all(sources.map((source) => source().catch((): readonly Metric[] => [])));
      return [...own.map((one) => one()), ...asked.flat()];
    },
  };
}

function seriesOf<T>(series: Map<string, T>, labels: Labels, make: () => T): T | undefined {
  const key = JSON.stringify(Object.values(labels));
  const known = series.get(key);
  if (known !== undefined || series.size >= MOST_SERIES) return known;
  const made = make();
  series.set(key, made);
  return made;
}

export function gauge(name: string, about: string, samples: readonly Sample[]): Metric {
  return { name, about, kind: 'gauge', samples };
}
