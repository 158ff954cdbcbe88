import { constants, createZstdDecompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** The part of Node's zlib streams that is no public interface. */
interface Inside {
  readonly _handle: {
    writeSync(flush: number, from: Buffer, fromAt: number, fromLength: number, to: Buffer, toAt: number, toLength: number): void;
  } | null;
  /** Bytes left in the output and in the input after a write. */
  readonly _writeState: Uint32Array;
  readonly destroyed: boolean;
}

let stream: Inside | null = null;
let direct: boolean | null = null;

/**
 * Unpacks one zstd frame of exactly `raw` bytes; throws on anything else, so that a bomb costs at most `raw`.
 * `zstdDecompressSync` makes a whole stream object for each block, which is most of the time of a look-up: one stream is kept and used
 * through its handle, if a trial shows that this Node allows it.
 */
export function unpackFrame(stored: Buffer, raw: number): Buffer {
  direct ??= directWorks();
  const out = direct
    ? unpackDirect(stored, raw)
    : zstdDecompressSync(stored, { maxOutputLength: raw + 1, chunkSize: Math.max(64, raw + 1) });
  if (out.length !== raw) throw new RangeError(`unpacked ${out.length} bytes instead of ${raw}`);
  return out;
}

function unpackDirect(stored: Buffer, raw: number): Buffer {
  const inside = stream ?? opened();
  const out = Buffer.allocUnsafeSlow(raw + 1);
  // A stream that met damage or stopped inside a frame cannot be trusted with the next one.
  stream = null;
  inside._handle!.writeSync(constants.ZSTD_e_end, stored, 0, stored.length, out, 0, out.length);
  const [outLeft = 0, inLeft = 0] = inside._writeState;
  if (inside.destroyed || inLeft !== 0 || out.length - outLeft !== raw) throw new RangeError('a frame does not unpack to its length');
  stream = inside;
  return out.subarray(0, raw);
}

function opened(): Inside {
  const made = createZstdDecompress();
  made.on('error', () => {});
  return made as unknown as Inside;
}

function directWorks(): boolean {
  try {
    const first = Buffer.from('advisory '.repeat(500));
    const second = Buffer.from('x');
    const both = [first, second, first].every((text) => unpackDirect(zstdCompressSync(text), text.length).equals(text));
    return both && stream !== null;
  } catch {
    stream = null;
    return false;
  }
}
