import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkCipher, type EncryptedHeader, firstFrame, writeHeader } from './container.ts';
import { decryptFile } from './decrypt.ts';

const header: EncryptedHeader = { keyArn: 'arn:aws:kms:us-east-1:000000000000:key/x', wrappedKey: 'v1.abc', context: { account: '1' } };
const key = randomBytes(32);

function encrypt(chunks: readonly Uint8Array[], head = writeHeader(header)): Buffer[] {
  const cipher = chunkCipher(head, key);
  return [head, ...chunks.map((chunk, index) => cipher.seal(chunk, { index, last: index === chunks.length - 1 }))];
}

async function* inPieces(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decrypt(bytes: Buffer, size = 1 << 20): Promise<string> {
  const out: Buffer[] = [];
  for await (const piece of decryptFile(inPieces(bytes, size), async (found) => {
    expect(found).toEqual(header);
    return key;
  }))
    out.push(piece);
  return Buffer.concat(out).toString('latin1');
}

describe('an encrypted file', () => {
  test('opens to what was put in, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 500 }),
        async (chunks, size) => {
          const expected = Buffer.concat(chunks).toString('latin1');
          expect(await decrypt(Buffer.concat(encrypt(chunks)), size)).toBe(expected);
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  test('no byte can be changed, and no end cut off', async () => {
    const whole = Buffer.concat(encrypt([Buffer.from('one'), Buffer.from('two')]));
    const start = writeHeader(header).length;
    for (let at = start; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      await expect(decrypt(changed)).rejects.toThrow(/was changed|too early|impossible length|behind its end/);
    }
    for (let at = 0; at < whole.length; at++) await expect(decrypt(whole.subarray(0, at))).rejects.toThrow(/too early/);
  });

  test('chunks cannot change places, be left out, doubled or come from another file', async () => {
    const [head, a, b, c] = encrypt(['a', 'b', 'c'].map((text) => Buffer.from(text))) as [Buffer, Buffer, Buffer, Buffer];
    const other = encrypt(
      ['a', 'x', 'c'].map((text) => Buffer.from(text)),
      writeHeader({ ...header, wrappedKey: 'another' }),
    );
    for (const parts of [
      [b, a, c],
      [a, c],
      [a, a, b, c],
      [a, other[2]!, c],
      [b, c],
      [a, b, c, c],
    ]) {
      await expect(decrypt(Buffer.concat([head, ...parts]))).rejects.toThrow(/was changed|behind its end/);
    }
    // Cut after a whole chunk: the end is not marked as one.
    await expect(decrypt(Buffer.concat([head, a, b]))).rejects.toThrow(/too early/);
  });

  test('what is none is refused', async () => {
    for (const bytes of [
      Buffer.from('PK\x03\x04 a zip file'),
      Buffer.from('assay.enc\x01\xff\xff\xff\xff', 'latin1'),
      Buffer.from('assay.enc\x01\0\0\0\x02{}', 'latin1'),
    ])
      await expect(decrypt(bytes)).rejects.toThrow(/not one that Assay encrypted/);
    await expect(decrypt(Buffer.alloc(0))).rejects.toThrow(/too early/);
    expect(() => firstFrame(Buffer.from([0x7f, 0xff, 0xff, 0xff, 0]))).toThrow(/impossible length/);
  });

  test('the same text is different each time', () => {
    const [, one] = encrypt([Buffer.from('same')]);
    const [, two] = encrypt([Buffer.from('same')]);
    expect(one!.equals(two!)).toBe(false);
  });
});
