import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Selection } from './cataloger.ts';
import { catalogers } from './catalogers.ts';
import { compileMatcher, isExecutableFile } from './matcher.ts';
import { selectsPath } from './selection.ts';

const rules: Selection[] = [
  { basenames: ['package.json', 'a'], maxBytes: 1 },
  { suffixes: ['.dist-info/METADATA', '/lib/dpkg/status', '.jar'], maxBytes: 1 },
  { folders: ['/lib/dpkg/status.d/', '/b/c'], maxBytes: 1 },
  {
    within: [
      { folder: '/lib/dpkg/info/', suffix: '.list' },
      { folder: '/c/', suffix: '/a' },
    ],
    maxBytes: 1,
  },
  ...catalogers.map((cataloger) => cataloger.wants),
];

it('says of every path what the rules one by one say', () => {
  const matcher = compileMatcher(rules.map((wants) => ({ wants })));
  const part = fc.constantFrom(
    'a',
    'b',
    'c',
    'lib',
    'dpkg',
    'status',
    'status.d',
    'info',
    'x.list',
    'x.dist-info',
    'METADATA',
    'app.jar',
    'package.json',
    'var',
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const path = parts.join('/');
      const expected = rules.flatMap((rule, index) => (selectsPath(rule, path) ? [index] : []));
      expect([...matcher.match(path)].sort((a, b) => a - b)).toEqual(expected);
    }),
    { seed: 3, numRuns: 3000 },
  );
});

it.each([
  [[0x7f, 0x45, 0x4c, 0x46], 0o755, 'bin/x', true],
  [[0x7f, 0x45, 0x4c, 0x46], 0o644, 'lib/x.so', false],
  [[0x23, 0x21, 0x2f, 0x62], 0o755, 'bin/script', false],
  [[0x4d, 0x5a, 0, 0], 0o644, 'tool.exe', true],
  [[0x4d, 0x5a, 0, 0], 0o644, 'lib.dll', false],
])('first bytes %j, mode %o, %s: %s', (head, mode, path, expected) => {
  expect(isExecutableFile(Buffer.concat([Buffer.from(head), Buffer.alloc(14)]), mode, path)).toBe(expected);
});
