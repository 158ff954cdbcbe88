import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalizeName } from '@assay/core/namespace.ts';
import { catalogFiles, packagesOf } from '@assay/testkit/catalog-files.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { selectsPath } from '../../selection.ts';
import { python } from './python.ts';

const scratch = mkdtempSync(join(tmpdir(), 'assay-python-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const site = 'usr/lib/python3/dist-packages';

describe('installed Python packages', () => {
  it('come from the headers of METADATA, never from the readme below', () => {
    const text = 'Metadata-Version: 2.1\nName: Foo.Bar_baz\nVersion: 1!2.0rc1\nLicense: MIT\n\nName: other\nVersion: 9.9\n';
    expect(packagesOf(python, { [`${site}/Foo.Bar_baz-2.dist-info/METADATA`]: text })).toMatchObject([
      { type: 'pypi', name: 'foo-bar-baz', version: '1!2.0rc1', licenses: ['MIT'] },
    ]);
  });
  it('know the files of their RECORD, also outside of their folder', () => {
    const folder = `${site}/a-1.dist-info`;
    const record =
      'a/tool.bin,sha256=x,10\n"a/with,comma.bin",,\na/code.py,,\n../../../bin/a,,\n../../../../../../etc/x,,\n/etc/passwd,,\n';
    const found = packagesOf(python, { [`${folder}/METADATA`]: 'Name: a\nVersion: 1\n', [`${folder}/RECORD`]: record });
    expect(found[0]?.owns).toEqual([`${site}/a/tool.bin`, `${site}/a/with,comma.bin`, 'usr/bin/a']);
  });
  it('are found as egg-info folder, egg-info file, unpacked egg, and at the root of a function', () => {
    const text = (name: string): string => `Name: ${name}\nVersion: 1\n`;
    const tree = {
      'a.egg-info/PKG-INFO': text('a'),
      'lib/b-1.egg-info': text('b'),
      'lib/c-1.egg/EGG-INFO/PKG-INFO': text('c'),
      'd-1.dist-info/METADATA': `\r\n${text('d')}`,
      'lib/Python-3.egg-info': text('Python'),
    };
    expect(packagesOf(python, tree).map((found) => found.name)).toEqual(['a', 'b', 'c', 'd']);
  });
  it('that cannot be named are gaps', () => {
    expect(catalogFiles(python, { 'x.dist-info/METADATA': 'Name: x\n\nVersion: 1\n' }).gaps.map((gap) => gap.code)).toEqual([
      'unparsable-file',
    ]);
  });
});

/** A wheel needs no network: it is a zip of these files, and pip makes RECORD itself. */
const WHEEL = `
import sys, zipfile
for name, version in [("Assay.Test_One", "1.5.post1"), ("assay-test-two", "2!3.0")]:
    stem = name.replace("-", "_").replace(".", "_") + "-" + version
    with zipfile.ZipFile(sys.argv[1] + "/" + stem + "-py3-none-any.whl", "w") as wheel:
        info = stem + ".dist-info/"
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n\\nVersion: 7\\n" % (name, version))
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(name.replace("-", "_").replace(".", "_") + "/tool.bin", "x")
        wheel.writestr(info + "RECORD", "")
`;

function hasPip(): boolean {
  try {
    execFileSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const withPip = hasPip();
if (!withPip) console.warn('skipped: python3 with pip is not installed (Debian package python3-pip)');

describe.skipIf(!withPip)('installed Python packages against pip', () => {
  it('agree with pip list on what pip installed', () => {
    const wheels = join(scratch, 'wheels');
    const target = join(scratch, 'site');
    mkdirSync(wheels);
    writeFileSync(join(scratch, 'wheel.py'), WHEEL);
    execFileSync('python3', [join(scratch, 'wheel.py'), wheels]);
    const files = readdirSync(wheels).map((name) => join(wheels, name));
    execFileSync('python3', ['-m', 'pip', 'install', '-q', '--no-index', '--no-deps', '--target', target, ...files], { stdio: 'ignore' });
    const listed = JSON.parse(
      execFileSync('python3', ['-m', 'pip', 'list', '--format', 'json', '--path', target], { encoding: 'utf8' }),
    ) as {
      name: string;
      version: string;
    }[];
    const tree: Record<string, Buffer> = {};
    for (const name of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
      if (selectsPath(python.wants, name)) tree[name] = readFileSync(join(target, name));
    }
    const found = packagesOf(python, tree);
    expect(found.map((each) => `${each.name} ${each.version}`).sort()).toEqual(
      listed.map((each) => `${normalizeName('pypi', each.name)} ${each.version}`).sort(),
    );
    expect(found).toHaveLength(2);
    expect(found.flatMap((each) => each.owns).filter((path) => path?.endsWith('.bin'))).toHaveLength(2);
  });
});
