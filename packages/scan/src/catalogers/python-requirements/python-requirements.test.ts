import { packagesOf } from '@assay/testkit/catalog-files.ts';
import { describe, expect, it } from 'vitest';
import { pythonRequirements } from './python-requirements.ts';

function pins(text: string | Buffer, path = 'requirements.txt'): string[] {
  return packagesOf(pythonRequirements, { [path]: text }).map((found) => `${found.name} ${found.version}`);
}

describe('Python requirements', () => {
  it('count only where they are pinned', () => {
    expect(
      pins(
        [
          '# comment==1.0',
          'Django==4.2.1  # why',
          'Foo_Bar[extra,more] === 1!2.0.post1 ; python_version >= "3.8"',
          'hashed==1.0 \\',
          '  --hash=sha256:abc \\',
          '  --hash=sha256:def',
          'paren (==1.1)',
          'both>=1.0,==1.4',
          'option==2.0 --global-option="x==9"',
          'range>=1.0',
          'wild==1.*',
          'compatible~=1.0',
          'arbitrary',
          'a @ https://example/a-1.0==2.zip',
          '-r other.txt',
          '-e git+https://example/x.git#egg=x==1',
          '--index-url https://example/==1',
          `$` + '{NAME}==1.0',
          'django==4.2.1',
          'last==3',
        ].join('\n'),
      ),
    ).toEqual(['django 4.2.1', 'foo-bar 1!2.0.post1', 'hashed 1.0', 'paren 1.1', 'both 1.4', 'option 2.0', 'last 3']);
  });
  it('are read in UTF-16 as PowerShell writes it, and with CRLF', () => {
    expect(pins(Buffer.from('\ufeffa==1\r\nb==2\r\n', 'utf16le'))).toEqual(['a 1', 'b 2']);
    expect(pins(Buffer.from('\ufeffa==1\r\nb==2\r\n', 'utf16le').swap16())).toEqual(['a 1', 'b 2']);
  });
  it.each([
    ['requirements-dev.txt', 1],
    ['app/requirements/prod.txt', 1],
    ['test-requirements.txt', 1],
    ['requirements.d/notes/readme.txt', 0],
    ['usr/lib/python3/site-packages/x/requirements.txt', 0],
    ['notes.txt', 0],
  ])('of %s: %i', (path, count) => {
    expect(pins('a==1', path)).toHaveLength(count);
  });
});
