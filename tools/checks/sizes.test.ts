import { expect, test } from 'vitest';
import { isData, isTest, sourceFiles } from './source-files.ts';

const sources = sourceFiles().filter(({ path }) => !isTest(path) && !isData(path));
const lines = (text: string): number => text.split('\n').length - 1;

test('no source file is longer than 400 lines', () => {
  expect(sources.filter(({ text }) => lines(text) > 400).map(({ path, text }) => `${path}: ${lines(text)}`)).toEqual([]);
});

test('half of the source files have at most 100 lines', () => {
  const sizes = sources.map(({ text }) => lines(text)).sort((a, b) => a - b);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(100);
});

test('no function is longer than 60 lines', () => {
  const long: string[] = [];
  for (const { path, text } of sources) {
    const rows = text.split('\n');
    rows.forEach((row, start) => {
      const head =
        /^(\s*)(?:export )?(?:default )?(?:async )?function\*? ?(\w*)/.exec(row) ?? /^(\s*)(?:async )?\*?(\w+)\(.*\).*\{$/.exec(row);
      if (head === null || /^\s*(if|for|while|switch|catch|return)\b/.test(row)) return;
      const end = rows.findIndex((line, i) => i > start && line.startsWith(`${head[1] ?? ''}}`));
      if (end - start > 61) long.push(`${path}: ${head[2] ?? ''} has ${end - start - 1} lines`);
    });
  }
  expect(long).toEqual([]);
});
