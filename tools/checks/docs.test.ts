import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationReference } from '../configuration-reference.ts';
import { ROOT } from './source-files.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pages = ['README.md', 'README.ko.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'].concat(
  (readdirSync(join(ROOT, 'docs'), { recursive: true }) as string[]).filter((path) => path.endsWith('.md')).map((path) => `docs/${path}`),
);

test('docs/configuration.md is what the table of settings says', () => {
  expect(read('docs/configuration.md')).toBe(configurationReference());
});

test('every link between our pages leads somewhere', () => {
  const broken: string[] = [];
  for (const page of pages) {
    for (const match of read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      if (!existsSync(join(ROOT, dirname(page), match[1] ?? ''))) broken.push(`${page}: ${match[1]}`);
    }
  }
  expect(broken).toEqual([]);
});

test('the map stays a map: ARCHITECTURE.md has at most 150 lines', () => {
  expect(read('ARCHITECTURE.md').split('\n').length).toBeLessThanOrEqual(150);
});

test('the map names every folder of the server', () => {
  const folders = readdirSync(join(ROOT, 'packages/server/src'), { withFileTypes: true }).filter((one) => one.isDirectory());
  const map = read('ARCHITECTURE.md');
  expect(folders.map(({ name }) => name).filter((name) => !map.includes(`\`${name}\``))).toEqual([]);
});

test('both READMEs say the same things in the same order', () => {
  const shape = (text: string): string[] =>
    text.split('\n').flatMap((line) => (/^#+ /.test(line) ? [line.replace(/[^#].*/, '')] : /^```/.test(line) ? ['```'] : []));
  expect(shape(read('README.ko.md'))).toEqual(shape(read('README.md')));
});
