/** Results in the order of the items, with at most `most` of them being worked on. The first failure ends it. */
export async function* inParallel<Item, Result>(
  most: number,
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  for await (const item of items) {
    const one = work(item);
    // It may fail before it is its turn to be waited for.
    one.catch(() => {});
    running.push(one);
    if (running.length >= most) yield await running.shift()!;
  }
  while (running.length > 0) yield await running.shift()!;
}
