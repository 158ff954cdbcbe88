import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compatibilityPage, compatibilitySummary, README_BLOCK } from '../compatibility.ts';
import { ROOT } from './source-files.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

test('docs/compatibility.md is what the models, the operations and the clients’ results say', async () => {
  expect(read('docs/compatibility.md'), 'run node tools/write-compatibility.ts').toBe(await compatibilityPage());
});

test.each(['README.md', 'README.ko.md'])('%s shows the same, where it shows it', async (name) => {
  const block = README_BLOCK.exec(read(name));
  if (block !== null) expect(block[0]).toContain(await compatibilitySummary());
});
