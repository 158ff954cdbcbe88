import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytesMissing, partialBytes, wholeBytes } from '../../reading/byte-source.ts';
import { readGoBuildInfo } from './build-info.ts';
import { executableWith, type Format } from './testdata/executable-writer.ts';

const formats: Format[] = ['elf32le', 'elf32be', 'elf64le', 'elf64be', 'macho64', 'macho32be', 'pe32', 'pe64'];
const modules = 'path\tm\nmod\tm\tv1.0.0\ndep\texample.com/a\tv1.2.3\th1:x=\n';

/** Reads with nothing but the first bytes, then fetches what is asked for, as the reader process does. */
function readInParts(bytes: Buffer, head: number): { answer: unknown; fetched: number; rounds: number } {
  const parts = [{ offset: 0, bytes: bytes.subarray(0, head) }];
  for (let rounds = 0; ; rounds++) {
    try {
      const answer = readGoBuildInfo(partialBytes(bytes.length, parts));
      return { answer, rounds, fetched: parts.reduce((sum, part) => sum + part.bytes.length, 0) };
    } catch (error) {
      if (!(error instanceof BytesMissing)) throw error;
      const { offset, size } = error.range;
      expect(size).toBeGreaterThan(0);
      expect(offset + size).toBeLessThanOrEqual(bytes.length);
      parts.push({ offset, bytes: bytes.subarray(offset, offset + size) });
    }
  }
}

describe('build information of a file that is at hand in parts', () => {
  it.each(formats)('%s gives the same as the whole file, in few rounds', (format) => {
    for (const style of ['inline', 'pointers'] as const) {
      for (const section of [true, false]) {
        const bytes = executableWith({ format, style, section, goVersion: 'go1.17.1', modules });
        const whole = readGoBuildInfo(wholeBytes(bytes));
        const padded = Buffer.concat([bytes, Buffer.alloc(1 << 20)]);
        for (const head of [18, 64, 512]) {
          const { answer, rounds, fetched } = readInParts(padded, head);
          expect(answer).toEqual(whole);
          expect(rounds).toBeLessThan(12);
          expect(fetched).toBeLessThan(bytes.length * 4);
        }
      }
    }
    expect.hasAssertions();
  });

  it('damaged anywhere, gives the same as the whole file', () => {
    const whole = formats.map((format) => executableWith({ format, style: 'pointers', section: true, goVersion: 'go1.17.1', modules }));
    const damage = fc.record({ at: fc.nat({ max: 0x480 }), value: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        fc.nat({ max: 2000 }),
        (bytes, hits, cut) => {
          const copy = Buffer.from(bytes.subarray(0, bytes.length - Math.min(cut, bytes.length - 64)));
          for (const { at, value } of hits) if (at < copy.length) copy[at] = value;
          expect(readInParts(copy, 64).answer).toEqual(readGoBuildInfo(wholeBytes(copy)));
        },
      ),
      { seed: 8, numRuns: 2000 },
    );
  });
});
