import type { ByteSource } from '../byte-source.ts';

/** A run of bytes of an executable file and the address at which the program sees it. Offsets are in the file. */
export interface Segment {
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

/** What can be asked of an executable whatever its format. */
export interface ExecutableImage {
  /** Where the Go linker puts build information: its own section, or else the writable data. */
  readonly goBuildInfo: readonly Segment[];
  /** Everything that is loaded, for following addresses. */
  readonly segments: readonly Segment[];
}

/** Upper bound for headers of a kind; real executables have some dozens. */
export const MAX_HEADERS = 4096;

/** Bytes at an address, or undefined where no segment holds them all. */
export function bytesAt(
  file: ByteSource,
  image: ExecutableImage,
  { address, size }: { address: number; size: number },
): Buffer | undefined {
  for (const segment of image.segments) {
    const inside = address - segment.address;
    if (inside < 0 || inside + size > segment.size) continue;
    const start = segment.offset + inside;
    return start + size <= file.length ? file.read(start, size) : undefined;
  }
  return undefined;
}

/** Drops segments that lie outside the file. */
export function insideFile(file: ByteSource, segments: readonly Segment[]): Segment[] {
  return segments
    .filter(({ offset, size }) => size > 0 && offset >= 0 && offset < file.length)
    .map((segment) => ({ ...segment, size: Math.min(segment.size, file.length - segment.offset) }));
}
