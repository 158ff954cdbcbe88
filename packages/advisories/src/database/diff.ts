interface Scannable {
  scan(): Iterable<{ readonly key: Buffer; readonly value: Buffer }>;
}

export interface ChangedPackage {
  readonly namespace: string;
  readonly name: string;
}

/** Keys whose digest differs between two digest indexes, or that only one of them has, in key order. */
export function* changedKeys(before: Scannable, after: Scannable): Generator<Buffer> {
  const a = before.scan()[Symbol.iterator]();
  const b = after.scan()[Symbol.iterator]();
  let x = a.next();
  let y = b.next();
  while (!x.done || !y.done) {
    const order = x.done ? 1 : y.done ? -1 : Buffer.compare(x.value.key, y.value.key);
    if (order < 0) {
      yield x.value!.key;
      x = a.next();
    } else if (order > 0) {
      yield y.value!.key;
      y = b.next();
    } else {
      if (!x.value!.value.equals(y.value!.value)) yield y.value!.key;
      x = a.next();
      y = b.next();
    }
  }
}
