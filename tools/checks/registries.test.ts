import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './source-files.ts';

/** One explicit list a kind, and the folder whose children it must name: folder = thing = id. */
const REGISTRIES = [
  { list: 'packages/scan/src/catalogers.ts', folder: 'packages/scan/src/catalogers' },
  { list: 'packages/advisories/src/feeds.ts', folder: 'packages/advisories/src/feeds' },
  { list: 'packages/advisories/src/enrichments.ts', folder: 'packages/advisories/src/enrichments' },
  { list: 'packages/connectors/src/sinks.ts', folder: 'packages/connectors/src/sinks' },
  { list: 'packages/connectors/src/registries.ts', folder: 'packages/connectors/src/registries' },
  { list: 'packages/connectors/src/clusters.ts', folder: 'packages/connectors/src/clusters' },
  { list: 'packages/console/src/routes.ts', folder: 'packages/console/src/pages' },
];

test.each(REGISTRIES)('$list names every folder of $folder', ({ list, folder }) => {
  const text = readFileSync(join(ROOT, list), 'utf8');
  const folders = readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'testdata')
    .map((entry) => entry.name);
  expect(folders.length).toBeGreaterThan(0);
  const name = folder.split('/').at(-1);
  // The sign-in page stands outside the list: it is shown to whoever has no session.
  expect(folders.filter((id) => id !== 'sign-in' && !text.includes(`./${name}/${id}/`))).toEqual([]);
});

test('every service lists every operation that has a file', () => {
  const services = join(ROOT, 'packages/server/src/services');
  const missing: string[] = [];
  for (const service of readdirSync(services, { withFileTypes: true })) {
    if (!service.isDirectory()) continue;
    const list = readFileSync(join(services, service.name, 'operations.ts'), 'utf8');
    const operations = join(services, service.name, 'operations');
    if (!existsSync(operations)) continue;
    for (const file of readdirSync(operations, { recursive: true }) as string[]) {
      if (!/\/[\w-]+\.ts$/.test(`/${file}`) || /\.test\.ts$/.test(file)) continue;
      if (!list.includes(`./operations/${file}`)) missing.push(`${service.name}: ${file}`);
    }
  }
  expect(missing).toEqual([]);
});
