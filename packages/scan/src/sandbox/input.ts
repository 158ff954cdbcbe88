import { readSync } from 'node:fs';
import { FRAME, type FrameReader } from './frames.ts';

const PIECE = 256 * 1024;

/** The sender gave up on a stream it had begun. */
export class InputAborted extends Error {}

/** A range of an open file; positions are explicit, so several processes may share the descriptor. Yielded buffers are reused. */
export function* rangeInput(fd: number, offset: number, length: number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(PIECE);
  let at = offset;
  const end = offset + length;
  while (at < end) {
    const got = readSync(fd, buffer, 0, Math.min(PIECE, end - at), at);
    if (got === 0) return;
    at += got;
    yield buffer.subarray(0, got);
  }
}

/** Data frames up to the end frame. */
export function* frameInput(frames: FrameReader): Generator<Buffer> {
  for (;;) {
    const frame = frames.next();
    if (frame === undefined || frame.type === FRAME.abort) throw new InputAborted('aborted');
    if (frame.type === FRAME.end) return;
    if (frame.type !== FRAME.data) throw new RangeError('unexpected frame');
    yield frame.payload;
  }
}

/** The same pieces, the first long enough to tell the format by. */
export function* withHead(pieces: Iterable<Buffer>, wanted: number): Generator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for (const piece of pieces) {
    if (head === null) yield piece;
    else if (head.length + piece.length < wanted) head = Buffer.concat([head, piece]);
    else {
      const first: Buffer = head.length === 0 ? piece : Buffer.concat([head, piece]);
      head = null;
      yield first;
    }
  }
  if (head !== null) yield head;
}
