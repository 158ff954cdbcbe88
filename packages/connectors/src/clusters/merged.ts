/** What several tell, as it comes. The first failure ends all of them. */
export async function* merged<T>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const next = (source: AsyncGenerator<T>) => source.next().then((result) => ({ source, result }));
  const pending = new Map(sources.map((source) => [source, next(source)]));
  try {
    while (pending.size > 0) {
      const { source, result } = await Promise.race(pending.values());
      if (result.done === true) {
        pending.delete(source);
        continue;
      }
      pending.set(source, next(source));
      yield result.value;
    }
  } finally {
    for (const one of pending.values()) one.catch(() => {});
    // Those that wait for something end with the signal of whoever made them.
    for (const source of pending.keys()) void source.return(undefined).catch(() => {});
  }
}
