import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ENTRY, EntryListWriter, readEntries } from './entry-list.ts';

it('gives back what was written, across pieces', () => {
  const path = fc
    .array(fc.constantFrom('usr', 'lib', 'x', 'ö', 'node_modules'), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join('/'));
  const entry = fc.record({ kind: fc.constantFrom(...Object.values(ENTRY)), path, link: fc.string({ maxLength: 20, unit: 'grapheme' }) });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 300 }), (entries) => {
      const pieces: Buffer[] = [];
      const list = new EntryListWriter((piece) => pieces.push(piece));
      const hasLink = (kind: number): boolean => kind === ENTRY.symlink || kind === ENTRY.hardlink;
      for (const { kind, path, link } of entries) list.add(kind, path, hasLink(kind) ? link : '');
      list.flush();
      expect([...readEntries(pieces)]).toEqual(entries.map((item) => ({ ...item, link: hasLink(item.kind) ? item.link : '' })));
    }),
    { seed: 5, numRuns: 100 },
  );
});

it('holds a million files in a few dozen bytes each', () => {
  let bytes = 0;
  const list = new EntryListWriter((piece) => {
    bytes += piece.length;
  });
  for (let i = 0; i < 100_000; i++) list.add(ENTRY.plain, `usr/share/some/folder/${i % 100}/file-number-${i}.txt`);
  list.flush();
  expect(bytes / 100_000).toBeLessThan(40);
});
