import { AssayError } from '@assay/core/errors.ts';
import type { Cli } from '../command.ts';

/** Everything on standard input. AssayError `too-large`. */
export async function readInput({ input }: Cli, maxBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of input) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new AssayError('too-large', `Standard input is larger than ${maxBytes / 1e6} MB; give less of it.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
