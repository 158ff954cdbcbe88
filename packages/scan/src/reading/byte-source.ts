/** Bytes of a file that may be at hand only in part. */
export interface ByteSource {
  /** Of the whole file. */
  readonly length: number;
  /** These bytes, fewer where the file ends before; they alias a shared buffer. Throws {@link BytesMissing} when not at hand. */
  read(offset: number, size: number): Buffer;
}

export interface ByteRange {
  readonly offset: number;
  readonly size: number;
}

/** A range that has to be fetched before the reader can go on; it then starts over with what it had and this. */
export class BytesMissing extends Error {
  readonly range: ByteRange;
  constructor(range: ByteRange) {
    super(`bytes ${range.offset} to ${range.offset + range.size} are not at hand`);
    this.range = range;
  }
}

export function wholeBytes(bytes: Buffer): ByteSource {
  return { length: bytes.length, read: (offset, size) => bytes.subarray(offset, offset + Math.max(0, size)) };
}

/** A file of `length` bytes of which some ranges are known. */
export function partialBytes(length: number, parts: readonly { readonly offset: number; readonly bytes: Buffer }[]): ByteSource {
  return {
    length,
    read(offset, size) {
      const end = Math.min(length, offset + Math.max(0, size));
      if (!(offset >= 0 && offset < end)) return Buffer.alloc(0);
      const part = parts.find((one) => one.offset <= offset && end <= one.offset + one.bytes.length);
      if (part === undefined) throw new BytesMissing({ offset, size: end - offset });
      return part.bytes.subarray(offset - part.offset, end - part.offset);
    },
  };
}

/** A run of a source as a source of its own, cut where the outer one ends. */
export function sliceOf(source: ByteSource, offset: number, size: number): ByteSource {
  const length = Math.max(0, Math.min(size, source.length - offset));
  return {
    length,
    read: (inner, count) => (inner < 0 || inner >= length ? Buffer.alloc(0) : source.read(offset + inner, Math.min(count, length - inner))),
  };
}
