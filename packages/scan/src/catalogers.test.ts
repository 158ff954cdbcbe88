import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { catalogers } from './catalogers.ts';

const folder = fileURLToPath(new URL('./catalogers/', import.meta.url));
const folders = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

it('lists every cataloger that has a folder, in order', () => {
  expect(catalogers.map((cataloger) => cataloger.id)).toEqual(folders);
});

it.each(folders)('%s is held to the conformance kit', (id) => {
  expect(existsSync(`${folder}${id}/conformance.test.ts`)).toBe(true);
});
