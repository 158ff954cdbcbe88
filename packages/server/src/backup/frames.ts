import { AssayError } from '@assay/core/errors.ts';

/** What a backup is made of, one after another: a statement in JSON, then its bytes in pieces. */
export type Frame = { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'data'; readonly bytes: Buffer };

const JSON_FRAME = 1;
const DATA_FRAME = 2;
const MOST_BYTES = 16 << 20;

/** Kind (1 byte), length (4, little endian), payload. */
export function jsonFrame(value: unknown): Buffer {
  return frame(JSON_FRAME, Buffer.from(JSON.stringify(value)));
}

/** Cut into pieces that a reader accepts. */
export function* dataFrames(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += MOST_BYTES) yield frame(DATA_FRAME, bytes.subarray(at, at + MOST_BYTES));
}

function frame(kind: number, payload: Buffer): Buffer {
  const head = Buffer.allocUnsafe(5);
  head[0] = kind;
  head.writeUInt32LE(payload.length, 1);
  return Buffer.concat([head, payload]);
}

/** @throws AssayError `backup-damaged` where the bytes are none of ours or end inside a frame. */
export async function* readFrames(input: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (count: number): Buffer => {
    const all = Buffer.concat(pieces, length);
    pieces = [all.subarray(count)];
    length -= count;
    return all.subarray(0, count);
  };
  let wanted = 5;
  let head: Buffer | undefined;
  for await (const piece of input) {
    pieces.push(piece);
    length += piece.length;
    while (length >= wanted) {
      if (head === undefined) {
        head = Buffer.from(take(5));
        wanted = head.readUInt32LE(1);
        if ((head[0] !== JSON_FRAME && head[0] !== DATA_FRAME) || wanted > MOST_BYTES) throw damaged();
      } else {
        const payload = take(wanted);
        yield head[0] === JSON_FRAME ? { kind: 'json', value: parse(payload) } : { kind: 'data', bytes: payload };
        head = undefined;
        wanted = 5;
      }
    }
  }
  if (length > 0 || head !== undefined) throw damaged();
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    throw damaged();
  }
}

export function damaged(): AssayError {
  return new AssayError('backup-damaged', 'The backup is damaged or incomplete; nothing of it was restored. Take another one.');
}
