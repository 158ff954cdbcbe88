/** What one choice covers: things by number, each of which weighs something wherever it is chosen. */
export interface Coverable<T> {
  readonly choice: T;
  readonly things: readonly number[];
}

export interface Covered<T> {
  readonly choice: T;
  /** Of the things that no earlier choice covers. */
  readonly gain: number;
  readonly newThings: number;
}

/**
 * The few choices that cover most: each next one is that which covers most of what is still uncovered (of equals the earlier one). Its gains
 * never grow, and no other choice of as many covers more than e/(e−1) times as much. Choices that add nothing are left out.
 */
export function greedyCover<T>(choices: readonly Coverable<T>[], weightOf: (thing: number) => number, most: number): Covered<T>[] {
  const covered = new Set<number>();
  const gainOf = (one: Coverable<T>): number => {
    let gain = 0;
    for (const thing of one.things) if (!covered.has(thing)) gain += weightOf(thing);
    return gain;
  };
  // Gains only shrink: an old one is an upper bound, so only the choices whose bound still leads are looked at again.
  const left = choices.map((one, at) => ({ one, at, bound: gainOf(one) })).filter(({ bound }) => bound > 0);
  const chosen: Covered<T>[] = [];
  while (chosen.length < most && left.length > 0) {
    left.sort((a, b) => b.bound - a.bound || a.at - b.at);
    const best = left[0] as (typeof left)[number];
    const gain = gainOf(best.one);
    if (gain < best.bound) {
      best.bound = gain;
      continue;
    }
    left.shift();
    if (gain === 0) break;
    const fresh = new Set(best.one.things.filter((thing) => !covered.has(thing)));
    for (const thing of fresh) covered.add(thing);
    chosen.push({ choice: best.one.choice, gain, newThings: fresh.size });
  }
  return chosen;
}
