import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DecompressError, decompressStream, decompressSync, sniffCompression } from './decompress.ts';

function unpack(kind: 'gzip' | 'zstd', packed: Buffer, pieceSize: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < packed.length; at += pieceSize) pieces.push(packed.subarray(at, at + pieceSize));
  const out: Buffer[] = [];
  for (const piece of decompressSync(kind, pieces)) out.push(Buffer.from(piece));
  return Buffer.concat(out);
}

const text = Buffer.concat([Buffer.alloc(600_000, 'layers and layers '), randomBytes(5000)]);

describe.each(['gzip', 'zstd'] as const)('%s', (kind) => {
  const pack = (bytes: Buffer): Buffer => (kind === 'gzip' ? gzipSync(bytes) : zstdCompressSync(bytes));

  it('comes out whole from pieces of any size', () => {
    for (const size of [1, 7, 1000, 1 << 20]) expect(unpack(kind, pack(text), size).equals(text)).toBe(true);
  });

  it('reads several members one after another', () => {
    const packed = Buffer.concat([pack(text), pack(Buffer.from('second'))]);
    expect(unpack(kind, packed, 999).equals(Buffer.concat([text, Buffer.from('second')]))).toBe(true);
  });

  it('that ends too early is an error after what could be decoded', () => {
    const packed = pack(text);
    for (const keep of [packed.length - 1, packed.length - 9, packed.length >> 1]) {
      expect(() => unpack(kind, packed.subarray(0, keep), 333)).toThrowError(DecompressError);
    }
  });

  it('comes out the same by public interfaces', async () => {
    const packed = pack(text);
    const read = async (bytes: Buffer): Promise<Buffer> => {
      const out: Buffer[] = [];
      for await (const piece of decompressStream(kind, [bytes.subarray(0, 100), bytes.subarray(100)])) out.push(Buffer.from(piece));
      return Buffer.concat(out);
    };
    expect((await read(packed)).equals(text)).toBe(true);
    await expect(read(packed.subarray(0, -9))).rejects.toBeInstanceOf(DecompressError);
  });

  it('that is damaged is an error', () => {
    const packed = Buffer.from(pack(text));
    packed.fill(0xff, 20, 60);
    expect(() => unpack(kind, packed, 4096)).toThrowError(DecompressError);
  });

  it('is recognised by its first bytes', () => {
    expect(sniffCompression(pack(text))).toBe(kind);
  });
});

it('gzip may be followed by zeros', () => {
  expect(unpack('gzip', Buffer.concat([gzipSync(text), Buffer.alloc(5000)]), 777).equals(text)).toBe(true);
});

it.each([
  ['BZh91AY', 'bzip2'],
  ['\xfd7zXZ\0', 'xz'],
  ['ustar', 'none'],
  ['', 'none'],
])('%j is %s', (head, kind) => {
  expect(sniffCompression(Buffer.from(head, 'latin1'))).toBe(kind);
});
