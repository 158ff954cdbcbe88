/** Seconds to wait, or undefined when the caller may go on. */
export type RateLimit = (caller: string) => number | undefined;

/** A caller that was quiet may catch up with so many seconds' worth at once. */
const BURST_SECONDS = 5;
const SWEEP_AT = 10_000;

/**
 * A token bucket for each caller of this process.
 * @param perSecond 0: no limit
 * @param elapsed milliseconds, monotonic
 */
export function createRateLimit(perSecond: number, elapsed: () => number): RateLimit {
  if (perSecond === 0) return () => undefined;
  const most = perSecond * BURST_SECONDS;
  const buckets = new Map<string, { tokens: number; at: number }>();
  const refilled = (bucket: { readonly tokens: number; readonly at: number }): number =>
    Math.min(most, bucket.tokens + ((elapsed() - bucket.at) / 1000) * perSecond);
  return (caller) => {
    if (buckets.size >= SWEEP_AT) for (const [one, bucket] of buckets) if (refilled(bucket) === most) buckets.delete(one);
    const bucket = buckets.get(caller) ?? { tokens: most, at: elapsed() };
    const tokens = refilled(bucket);
    const admitted = tokens >= 1;
    buckets.set(caller, { tokens: admitted ? tokens - 1 : tokens, at: elapsed() });
    return admitted ? undefined : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  };
}
