import { AssayError } from '@assay/core/errors.ts';

/** Everything on standard input. AssayError `too-large`. */
export async function readInput(maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new AssayError('too-large', `Standard input is larger than ${maxBytes / 1e6} MB; give less of it.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
