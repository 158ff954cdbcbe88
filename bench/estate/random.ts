/** Seeded numbers (mulberry32): the same estate for the same seed on every machine. */
export interface Random {
  /** [0, 1) */
  next(): number;
  below(limit: number): number;
  /** Index of a Zipf-like draw over `size` things: the first ones are drawn far more often. */
  zipf(size: number): number;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    // Inverse of a truncated 1/x law.
    zipf: (size) => Math.max(0, Math.min(size, Math.floor((size + 1) ** next())) - 1),
  };
}
