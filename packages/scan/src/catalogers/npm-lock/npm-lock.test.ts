import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogFiles, packagesOf } from '@assay/testkit/catalog-files.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { npmLock } from './npm-lock.ts';

const scratch = mkdtempSync(join(tmpdir(), 'assay-lock-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function read(lock: object, path = 'package-lock.json'): string[] {
  return packagesOf(npmLock, { [path]: JSON.stringify(lock) })
    .map((found) => `${found.name} ${found.version}${found.dev ? ' dev' : ''}${found.confidence === 'low' ? ' low' : ''}`)
    .sort();
}

describe('npm lockfiles', () => {
  it('read version 3: paths, aliases, links, workspaces, development flags, foreign sources', () => {
    expect(
      read({
        lockfileVersion: 3,
        packages: {
          '': { name: 'app', version: '1.0.0' },
          'packages/work': { version: '0.1.0' },
          'node_modules/work': { resolved: 'packages/work', link: true },
          'node_modules/a': { version: '1.2.3', resolved: 'https://registry/a.tgz' },
          'node_modules/@s/b': { version: '2.0.0', dev: true },
          'node_modules/a/node_modules/@s/b': { version: '1.0.0', devOptional: true },
          'node_modules/alias': { name: 'real', version: '4.0.0' },
          'node_modules/git': { version: '1.0.0', resolved: 'git+ssh://git@example/x.git#abc' },
          'node_modules/odd': { version: 'file:../odd' },
          'node_modules/none': {},
        },
        dependencies: { ignored: { version: '9.9.9' } },
      }),
    ).toEqual(['@s/b 1.0.0', '@s/b 2.0.0 dev', 'a 1.2.3', 'git 1.0.0 low', 'real 4.0.0']);
  });
  it('read version 1: nesting, aliases, addresses as versions', () => {
    expect(
      read({
        lockfileVersion: 1,
        dependencies: {
          a: { version: '1.0.0', dependencies: { b: { version: '2.0.0', dev: true }, c: { version: '1.0.0', bundled: true } } },
          b: { version: '2.0.0' },
          x: { version: 'npm:@s/real@3.0.0' },
          g: { version: 'git+https://example/g.git#abc' },
          t: { version: 'https://example/t.tgz' },
          d: { version: '1.0.0', dev: true },
        },
      }),
    ).toEqual(['@s/real 3.0.0', 'a 1.0.0', 'b 2.0.0', 'c 1.0.0', 'd 1.0.0 dev']);
  });
  it('prefer a shrinkwrap in the same folder and leave those of dependencies alone', () => {
    const lock = (version: string): string => JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/a': { version } } });
    const tree = {
      'app/package-lock.json': lock('1.0.0'),
      'app/npm-shrinkwrap.json': lock('2.0.0'),
      'other/package-lock.json': lock('3.0.0'),
      'app/node_modules/x/package-lock.json': lock('4.0.0'),
    };
    expect(packagesOf(npmLock, tree).map((found) => found.version)).toEqual(['2.0.0', '3.0.0']);
  });
  it('take hostile names as names', () => {
    const text =
      '{"lockfileVersion":3,"packages":{"__proto__":{"version":"1.0.0"},"node_modules/__proto__":{"version":"1.0.0"},"node_modules/constructor":{"version":"2.0.0"}}}';
    expect(packagesOf(npmLock, { 'package-lock.json': text }).map((found) => found.name)).toEqual(['__proto__', 'constructor']);
  });
  it('name a file that is no lockfile', () => {
    expect(catalogFiles(npmLock, { 'package-lock.json': '{"a":1}' }).gaps.map((gap) => gap.code)).toEqual(['unparsable-file']);
    expect(catalogFiles(npmLock, { 'package-lock.json': '[]' }).gaps.map((gap) => gap.code)).toEqual(['unparsable-file']);
    expect(catalogFiles(npmLock, { 'package-lock.json': '{"lockfileVersion":3}' }).gaps).toEqual([]);
  });
});

interface Listed {
  readonly version?: string;
  readonly resolved?: string;
  readonly missing?: boolean;
  readonly dependencies?: Readonly<Record<string, Listed>>;
}

describe('npm lockfiles against npm ls', () => {
  it('agree on the lockfile of this checkout', () => {
    const checkout = fileURLToPath(new URL('../../../../../', import.meta.url));
    const lock = readFileSync(join(checkout, 'package-lock.json'));
    // A copy without the workspaces' own folders: npm then reports from the lockfile alone.
    writeFileSync(join(scratch, 'package-lock.json'), lock);
    writeFileSync(join(scratch, 'package.json'), readFileSync(join(checkout, 'package.json')));
    const listed = JSON.parse(npmList(scratch)) as Listed;
    const expected = new Set<string>();
    flatten(listed, expected);
    const found = packagesOf(npmLock, { 'package-lock.json': lock }).map((each) => `${each.name} ${each.version}`);
    expect(expected.size).toBeGreaterThan(100);
    // npm leaves optional packages for other platforms out of its list.
    expect([...expected].filter((each) => !found.includes(each))).toEqual([]);
    const platforms = found.filter((each) => !expected.has(each));
    expect(
      platforms.every((each) =>
        /(?:darwin|linux|win32|windows|freebsd|android|openbsd|netbsd|sunos|aix|wasm|openharmony|emnapi|tslib|wasi)/.test(each),
      ),
    ).toBe(true);
  });
});

function npmList(folder: string): string {
  try {
    return execFileSync('npm', ['ls', '--all', '--json', '--package-lock-only'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    // npm exits with 1 when it finds anything to remark, with its list all the same.
    return String((error as { stdout: string }).stdout);
  }
}

function flatten(node: Listed, into: Set<string>): void {
  for (const [name, child] of Object.entries(node.dependencies ?? {})) {
    if (child.version !== undefined && child.missing !== true && !name.startsWith('@assay/')) into.add(`${name} ${child.version}`);
    flatten(child, into);
  }
}
