import { expect, test } from 'vitest';
import { isTest, packageOf, sourceFiles } from './source-files.ts';

interface Rule {
  readonly what: string;
  readonly pattern: RegExp;
  /** Places where the thing is right. */
  readonly except: (path: string) => boolean;
}

const inPackages =
  (...names: string[]) =>
  (path: string) =>
    names.includes(packageOf(path) ?? '');
const files =
  (...paths: RegExp[]) =>
  (path: string) =>
    paths.some((p) => p.test(path));

const RULES: readonly Rule[] = [
  { what: 'barrel exports', pattern: /^export \* from/m, except: () => false },
  { what: 'the global fetch outside packages/net', pattern: /(?<![.\w])fetch\(/, except: inPackages('net', 'console') },
  {
    what: 'process.env outside the readers of configuration',
    pattern: /process\.env\b/,
    except: files(
      /^packages\/cli\/(src\/environment\.ts|bin\/|build\.mjs)/,
      /^packages\/server\/src\/config\.ts$/,
      /^packages\/console\/vite/,
      /^packages\/snapshot\/[\w-]+\.ts$/,
    ),
  },
  { what: 'SQL outside server and the testkit', pattern: /\bselect [\w.*, ()]+ from \w+/, except: inPackages('server', 'testkit') },
  {
    what: 'console output outside the CLI',
    pattern: /\bconsole\.(log|error|warn|info)\(/,
    except: files(/^packages\/(cli|snapshot|wire\/tools)\//, /\.mjs$/),
  },
  { what: 'a shell', pattern: /shell: true|\bexecSync\(|\bexec\(\s*[`'"]/, except: () => false },
  { what: 'localeCompare, whose order depends on the machine', pattern: /\.localeCompare\(/, except: inPackages('console') },
];

const sources = sourceFiles().filter(({ path }) => !isTest(path));
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

test.each(RULES)('nothing uses $what', ({ pattern, except }) => {
  expect(sources.filter(({ path, text }) => !except(path) && pattern.test(withoutComments(text))).map(({ path }) => path)).toEqual([]);
});

test('nothing switches on a package type outside its table', () => {
  const literal = /case '(deb|apk|rpm|npm|pypi|golang|maven|gem|cargo|composer|nuget)':/;
  const offenders = sources.filter(({ path, text }) => path !== 'packages/core/src/package-type.ts' && literal.test(text));
  expect(offenders.map(({ path }) => path)).toEqual([]);
});

test('no folder is a drawer for anything', () => {
  expect(sources.filter(({ path }) => /\/(utils?|helpers?|common|misc|shared)(\/|\.ts$)/.test(path)).map(({ path }) => path)).toEqual([]);
});
