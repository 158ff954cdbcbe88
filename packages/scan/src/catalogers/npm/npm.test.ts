import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogFiles, packagesOf } from '@assay/testkit/catalog-files.ts';
import { describe, expect, it } from 'vitest';
import { npm } from './npm.ts';
import { parseInstalledPath } from './path.ts';

function names(tree: Record<string, unknown>): string[] {
  const files = Object.fromEntries(
    Object.entries(tree).map(([path, json]) => [path, typeof json === 'string' ? json : JSON.stringify(json)]),
  );
  return packagesOf(npm, files).map((found) => `${found.name} ${found.version} ${found.confidence}`);
}
const a = { name: 'a', version: '1.0.0' };

describe('where npm packages lie', () => {
  it.each([
    ['node_modules/a/package.json', { name: 'a', regular: true }],
    ['usr/lib/node_modules/npm/node_modules/@s/b/package.json', { name: '@s/b', regular: true }],
    ['app/node_modules/.pnpm/a@1.0.0_b@2/node_modules/a/package.json', { name: 'a', regular: true }],
    ['node_modules/resolve/test/node_modules/a/package.json', { name: 'a', regular: false }],
    ['node_modules/resolve/test/resolver/multirepo/package.json', null],
    ['node_modules/a/dist/esm/package.json', null],
    ['node_modules/.package-lock.json', null],
    ['node_modules/.bin/package.json', null],
    ['package.json', null],
  ])('%s', (path, place) => {
    expect(parseInstalledPath(path)).toEqual(place);
  });
});

describe('npm packages', () => {
  it('count only where an installer puts them', () => {
    expect(
      names({
        'node_modules/a/package.json': a,
        'node_modules/a/node_modules/b/package.json': { name: 'b', version: '2.0.0-rc.1' },
        'node_modules/a/test/fixture/package.json': { name: 'evil', version: '1.0.0' },
        'node_modules/a/test/node_modules/c/package.json': { name: 'c', version: '1.0.0' },
        'node_modules/alias/package.json': { name: 'real', version: '3.0.0' },
        'package.json': { name: 'app', version: '1.0.0' },
      }),
    ).toEqual(['a 1.0.0 high', 'b 2.0.0-rc.1 high', 'c 1.0.0 low', 'real 3.0.0 low']);
  });
  it('leave out private packages and what only shares the file', () => {
    expect(
      names({
        'node_modules/p/package.json': { ...a, private: true },
        'node_modules/v/package.json': { ...a, engines: { vscode: '^1' } },
        'node_modules/u/package.json': { ...a, unity: '2019.1' },
        'node_modules/n/package.json': { name: 'n' },
        'node_modules/m/package.json': { name: 'm', version: 5 },
      }),
    ).toEqual([]);
  });
  it('survive a byte order mark and fields of free types', () => {
    const text = `\ufeff${JSON.stringify({ ...a, author: ['x'], engines: ['node'], licenses: [{ type: 'MIT' }, 'ISC', 4] })}`;
    expect(packagesOf(npm, { 'node_modules/a/package.json': text })).toMatchObject([{ name: 'a', licenses: ['MIT', 'ISC'] }]);
  });
  it('name a file that is no JSON, and only where it matters', () => {
    const gaps = catalogFiles(npm, { 'node_modules/a/package.json': '{', 'node_modules/a/test/bad/package.json': '{' }).gaps;
    expect(gaps.map((gap) => [gap.code, gap.path])).toEqual([['unparsable-file', 'node_modules/a/package.json']]);
  });
});

const checkout = fileURLToPath(new URL('../../../../../', import.meta.url));
const hidden = join(checkout, 'node_modules/.package-lock.json');

describe.skipIf(!existsSync(hidden))('npm packages of this checkout', () => {
  it('are those that npm recorded when it installed them', () => {
    const recorded = JSON.parse(readFileSync(hidden, 'utf8')) as { packages: Record<string, { version?: string; link?: boolean }> };
    const expected = Object.entries(recorded.packages)
      .filter(
        ([path, entry]) => path.startsWith('node_modules/') && entry.link !== true && existsSync(join(checkout, path, 'package.json')),
      )
      .map(([path, entry]) => `${path}/package.json ${entry.version}`);
    const tree: Record<string, Buffer> = {};
    for (const path of manifests('node_modules')) tree[path] = readFileSync(join(checkout, path));
    // The package `node` installs its own platform package in a script, behind the back of the npm that runs it.
    const byScript = 'node_modules/node/node_modules/';
    const found = packagesOf(npm, tree).filter((each) => each.confidence === 'high' && !each.paths[0]?.startsWith(byScript));
    expect(found.map((each) => `${each.paths[0]} ${each.version}`).sort()).toEqual(expected.sort());
  });
});

function* manifests(folder: string): Generator<string> {
  for (const entry of readdirSync(join(checkout, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* manifests(path);
    else if (entry.name === 'package.json') yield path;
  }
}
