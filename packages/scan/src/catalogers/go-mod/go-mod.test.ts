import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagesOf } from '@assay/testkit/catalog-files.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { goMod } from './go-mod.ts';

const scratch = mkdtempSync(join(tmpdir(), 'assay-gomod-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function read(tree: Record<string, string>): string[] {
  return packagesOf(goMod, tree).map((found) => `${found.name} ${found.version} ${found.paths[0]}`);
}

const MOD = `module example.com/app // comment
go 1.21
toolchain go1.22.1
require (
	example.com/a v1.0.0
	"example.com/quoted" v1.1.0 // indirect
	example.com/b v1.2.0
	example.com/c v1.3.0
	example.com/x v1.4.0
)
require example.com/single v0.1.0
replace (
	example.com/b => example.com/fork v9.0.0
	example.com/c v1.3.0 => ../local
	example.com/a v0.9.0 => example.com/unused v1.0.0
)
exclude example.com/x v1.4.0
retract v1.0.0
`;

describe('Go modules of a source tree', () => {
  it('come from go.mod alone since Go 1.17, replacements and exclusions applied', () => {
    expect(read({ 'app/go.mod': MOD, 'app/go.sum': 'example.com/old v0.0.1 h1:x=\n' })).toEqual([
      'example.com/a v1.0.0 app/go.mod',
      'example.com/quoted v1.1.0 app/go.mod',
      'example.com/fork v9.0.0 app/go.mod',
      'example.com/single v0.1.0 app/go.mod',
    ]);
  });
  it('need go.sum before: the highest version whose content was fetched, never the merely considered', () => {
    const mod = 'module m\ngo 1.16\nrequire example.com/a v1.0.0\n';
    const sum = [
      'example.com/a v1.0.0 h1:x=',
      'example.com/a v1.0.0/go.mod h1:x=',
      'example.com/i v1.9.0 h1:x=',
      'example.com/i v1.10.0 h1:x=',
      'example.com/considered v1.0.0/go.mod h1:x=',
    ].join('\n');
    expect(read({ 'go.mod': mod, 'go.sum': sum })).toEqual(['example.com/a v1.0.0 go.mod', 'example.com/i v1.10.0 go.sum']);
    expect(read({ 'go.mod': mod })).toEqual(['example.com/a v1.0.0 go.mod']);
    expect(read({ 'go.sum': sum })).toEqual([]);
  });
  it('are the vendored ones where there is a vendor folder', () => {
    const vendor =
      '# example.com/a v1.0.1\n## explicit\nexample.com/a/pkg\n# example.com/b v1 => example.com/fork v9.0.0\n# example.com/c v1.0.0 => ../c\n# example.com/d => ./d\n';
    expect(read({ 'go.mod': MOD, 'vendor/modules.txt': vendor })).toEqual([
      'example.com/a v1.0.1 vendor/modules.txt',
      'example.com/fork v9.0.0 vendor/modules.txt',
    ]);
  });
  it('of others are left alone', () => {
    const tree = { 'root/go/pkg/mod/example.com/a@v1/go.mod': MOD, 'vendor/x/go.mod': MOD, 'x/testdata/go.mod': MOD };
    expect(read(tree)).toEqual([]);
  });
});

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
if (!hasGo()) console.warn('skipped: no Go toolchain to compare go.mod with (Debian package golang-go)');

describe.skipIf(!hasGo())('go.mod against go mod edit', () => {
  it('agrees on the required modules', () => {
    mkdirSync(join(scratch, 'm'));
    // Without what a Go as old as 1.19 does not know.
    const plain = MOD.replace(/replace \([^)]*\)|exclude.*|toolchain.*/g, '').replace('go 1.21', 'go 1.18');
    writeFileSync(join(scratch, 'm/go.mod'), plain);
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off' };
    const told = execFileSync('go', ['mod', 'edit', '-json'], { cwd: join(scratch, 'm'), env, encoding: 'utf8' });
    const { Require } = JSON.parse(told) as { Require: { Path: string; Version: string }[] };
    expect(read({ 'go.mod': plain }).sort()).toEqual(Require.map((each) => `${each.Path} ${each.Version} go.mod`).sort());
  });
});
