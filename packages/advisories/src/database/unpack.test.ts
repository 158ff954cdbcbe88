import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unpackFrame } from './unpack.ts';

test('frames come out as they went in, also after damaged, cut, doubled and mislabelled ones', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(), (bytes, seed) => {
      const raw = Buffer.from(bytes);
      const good = zstdCompressSync(raw);
      const hurt = Buffer.from(good);
      hurt[seed % hurt.length]! ^= 0xff;
      for (const [stored, length] of [
        [good.subarray(0, seed % good.length), raw.length],
        [Buffer.concat([good, good]), raw.length],
        [good, raw.length + 1],
        [good, Math.max(0, raw.length - 1)],
      ] as const) {
        if (length !== raw.length || stored.length !== good.length) {
          const harmless = raw.length === 0 && length === 0;
          if (!harmless) expect(() => unpackFrame(stored, length)).toThrow();
        }
      }
      try {
        expect(unpackFrame(hurt, raw.length).length).toBe(raw.length);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      expect(unpackFrame(good, raw.length).equals(raw)).toBe(true);
    }),
    { seed: 17, numRuns: 200 },
  );
});
