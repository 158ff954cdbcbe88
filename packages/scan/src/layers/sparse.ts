/** Puts the stored parts of a sparse file where they belong. Undefined when the map does not fit the bytes or the size. */
export function expandSparse(
  stored: Buffer,
  map: readonly (readonly [offset: number, length: number])[] | 'inline',
  realSize: number,
): Buffer | undefined {
  const parts = map === 'inline' ? inlineMap(stored) : { pairs: map, at: 0 };
  if (parts === undefined) return undefined;
  const out = Buffer.alloc(realSize);
  let at = parts.at;
  for (const [offset, length] of parts.pairs) {
    if (!(offset >= 0 && length >= 0 && offset + length <= realSize && at + length <= stored.length)) return undefined;
    stored.copy(out, offset, at, at + length);
    at += length;
  }
  return out;
}

/** GNU 1.0: decimal lines before the data (count, then offset and length of each part), padded to a block. */
function inlineMap(stored: Buffer): { pairs: [number, number][]; at: number } | undefined {
  let at = 0;
  const next = (): number => {
    const end = stored.indexOf(0x0a, at);
    if (end < 0 || end - at > 15 || end === at) return Number.NaN;
    const value = Number(stored.toString('latin1', at, end));
    at = end + 1;
    return value;
  };
  const count = next();
  if (!(count >= 0 && count <= 1_000_000)) return undefined;
  const pairs: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    const offset = next();
    const length = next();
    if (Number.isNaN(offset) || Number.isNaN(length)) return undefined;
    pairs.push([offset, length]);
  }
  return { pairs, at: Math.ceil(at / 512) * 512 };
}
