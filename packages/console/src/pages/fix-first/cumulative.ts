/** Shares one after the other: each begins where those before it ended, and none goes beyond the whole. */
export function steps(shares: readonly number[]): { start: number; end: number }[] {
  let sum = 0;
  return shares.map((share) => {
    const start = sum;
    sum = Math.min(1, start + Math.max(0, share));
    return { start, end: sum };
  });
}
