import { readSync, writeSync } from 'node:fs';
import { AssayError } from '@assay/core/errors.ts';
import { inventoryOfDocument } from './read-document.ts';

/** Entry of the process that reads one document of a stranger: its name in JSON after a length, then its bytes, up to the end of the input. */
writeAll(Buffer.from('R'));
const input = readAll();
const at = 4 + input.readUInt32LE();
const { name } = JSON.parse(input.subarray(4, at).toString('utf8')) as { name: string };
writeAll(Buffer.from(JSON.stringify(answer())));

function answer(): object {
  try {
    return { inventory: inventoryOfDocument(input.subarray(at), name) };
  } catch (error) {
    if (error instanceof AssayError) return { error: { code: error.code, message: error.message } };
    throw error;
  }
}

function readAll(): Buffer {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = Buffer.allocUnsafe(1 << 20);
    const got = readSync(0, piece);
    if (got === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, got));
  }
}

function writeAll(bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
}
