import { AssayError } from '@assay/core/errors.ts';

const MOST_BYTES = 1024 * 1024;

/** Values of a stream with one JSON text a line. @throws AssayError `bad-answer` for what is none, or longer than a megabyte. */
export async function* jsonLines(body: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  let pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    let from = 0;
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, from)) {
      const line = Buffer.concat([...pieces, piece.subarray(from, end)]);
      pieces = [];
      size = 0;
      from = end + 1;
      if (line.some((byte) => byte > 32)) yield parsed(line);
    }
    size += piece.length - from;
    if (size > MOST_BYTES) throw new AssayError('bad-answer', 'A line of the answer is longer than a megabyte.');
    if (from < piece.length) pieces.push(piece.subarray(from));
  }
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    throw new AssayError('bad-answer', 'A line of the answer is no JSON.');
  }
}
