import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExternalSort } from './external-sort.ts';

test('spilling to files sorts like sorting in memory, without repeats, and cleans up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-sort-'));
  const pair = fc.tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ maxLength: 6 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 60 }), fc.integer({ min: 200, max: 4000 }), (pairs, memory) => {
      const sort = new ExternalSort(folder, memory);
      for (const [key, value] of pairs) sort.add(Buffer.from(key), Buffer.from(value));
      const got = [...sort.sorted()].map(({ key, value }) => `${key.toString('hex')} ${value.toString('hex')}`);
      const wanted = new Map(
        pairs.map(([key, value]) => [`${Buffer.from(key).toString('hex')} ${Buffer.from(value).toString('hex')}`, [key, value] as const]),
      );
      const order = [...wanted].sort(
        ([, [a, x]], [, [b, y]]) => Buffer.compare(Buffer.from(a), Buffer.from(b)) || Buffer.compare(Buffer.from(x), Buffer.from(y)),
      );
      const groups = [...sort.grouped()].map(({ key, values }) => values.map((value) => `${key.toString('hex')} ${value.toString('hex')}`));
      sort.close();
      expect(got).toEqual(order.map(([text]) => text));
      expect(groups.flat()).toEqual(got);
      expect(groups.map(([first = '']) => first.split(' ')[0])).toEqual([...new Set(got.map((text) => text.split(' ')[0]))]);
    }),
    { seed: 7, numRuns: 100 },
  );
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
