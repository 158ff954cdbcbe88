import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListScanner, linesOf, MOST_OBJECT_BYTES } from './list-scanner.ts';

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function scan(pieces: readonly Buffer[]): { readonly items: unknown[]; readonly envelope: unknown } {
  const items: unknown[] = [];
  const scanner = new ListScanner((json) => items.push(JSON.parse(json)));
  for (const piece of pieces) scanner.push(piece);
  return { items, envelope: scanner.end() };
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { maxLength: 6 });

describe('a list in pieces', () => {
  it('has the items and the envelope that it has as a whole', () => {
    fc.assert(
      fc.property(
        objects,
        fc.dictionary(fc.string(), fc.string()),
        sizes,
        fc.constantFrom(undefined, 2),
        (items, metadata, steps, indent) => {
          const list = { kind: 'PodList', metadata, items, more: [{ items: [1] }, ['items']] };
          expect(scan(cut(Buffer.from(JSON.stringify(list, null, indent)), steps))).toEqual({ items, envelope: { ...list, items: [] } });
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  it.each(['{"items":[{"a":1}', '{"items":[{"a":"', '', '{"items":[]}}', ']]', 'oops', '{"items":[]'])('refuses %j', (text) => {
    expect(() => scan([Buffer.from(text)])).toThrow(/Kubernetes API/);
  });

  it('takes neither objects nor envelopes without end', () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const endless = (head: string) => () => {
      const scanner = new ListScanner(() => {});
      scanner.push(Buffer.from(head));
      for (let n = 0; n <= MOST_OBJECT_BYTES / chunk.length; n++) scanner.push(chunk);
    };
    expect(endless('{"items":[{"a":"')).toThrow(/too large/);
    expect(endless('{"metadata":"')).toThrow(/too much/);
  });
});

describe('lines', () => {
  const collect = async (pieces: readonly Buffer[]): Promise<string[]> => {
    const lines: string[] = [];
    const body = (async function* () {
      yield* pieces;
    })();
    for await (const line of linesOf(body)) lines.push(line);
    return lines;
  };

  it('are whole whatever the pieces; half a last one is none', async () => {
    const lines = fc.array(
      fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => JSON.stringify(text)),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(lines, sizes, async (wanted, steps) => {
        const bytes = Buffer.from(`${wanted.map((line) => `${line}\n`).join('')}{"half`);
        expect(await collect(cut(bytes, steps))).toEqual(wanted);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('have an end', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    await expect(collect(Array.from({ length: MOST_OBJECT_BYTES / chunk.length + 1 }, () => chunk))).rejects.toThrow(/too large/);
  });
});
