import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagesOf } from '@assay/testkit/catalog-files.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { goBinary } from './go-binary.ts';
import { modulesOfBuildInfo, standardLibraryVersion } from './modules.ts';
import { executableWith, type Format } from './testdata/executable-writer.ts';

const scratch = mkdtempSync(join(tmpdir(), 'assay-go-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function read(bytes: Buffer): string[] {
  return packagesOf(goBinary, { 'usr/bin/x': bytes }).map((found) => `${found.name} ${found.version}`);
}

describe('modules of a Go program', () => {
  it('follow replacements and leave out what has no version', () => {
    const text = [
      'path\texample.com/app',
      'mod\texample.com/app\t(devel)\t',
      'dep\texample.com/a\tv1.0.0\th1:x=',
      'dep\texample.com/b\tv1.0.0',
      '=>\texample.com/fork\tv1.0.1\th1:y=',
      'dep\texample.com/c\tv1.0.0',
      '=>\t./local\t(devel)\t',
      'dep\texample.com/d\tv2.0.0+incompatible\th1:z=',
      'build\t-ldflags="-X main.version=dep\tx\tv9"',
    ].join('\n');
    expect(modulesOfBuildInfo(text, 100).map((each) => `${each.path} ${each.version}`)).toEqual([
      'example.com/a v1.0.0',
      'example.com/fork v1.0.1',
      'example.com/d v2.0.0+incompatible',
    ]);
  });
  it.each([
    ['v1.2.3', 1],
    ['v1.2.4-0.20240101000000-abcdefabcdef+dirty', 1],
    ['v0.0.0-20240101000000-abcdefabcdef', 0],
    ['v0.0.0', 0],
    ['(devel)', 0],
    ['', 0],
  ])('count the main module at %j: %i', (version, count) => {
    expect(modulesOfBuildInfo(`path\tm\nmod\texample.com/m\t${version}\t\n`, 100)).toHaveLength(count);
  });
  it.each([
    ['go1.22.5', '1.22.5'],
    ['go1.21', '1.21.0'],
    ['go1.21rc2', '1.21.0-rc.2'],
    ['go1.20.12 X:strictfipsruntime', '1.20.12'],
    ['go1.21.9 (Red Hat 1.21.9-1.el9)', '1.21.9'],
    ['go1.22.5-fips', '1.22.5'],
    ['go1.18.3b7', '1.18.3'],
    ['devel +abc', null],
    ['devel go1.23-abc', null],
  ])('take the standard library of %s for %s', (text, version) => {
    expect(standardLibraryVersion(text)).toBe(version);
  });
});

describe('build information by executable format', () => {
  const modules = 'path\tm\nmod\tm\tv1.0.0\ndep\texample.com/a\tv1.2.3\th1:x=\n';
  const formats: Format[] = ['elf32le', 'elf32be', 'elf64le', 'elf64be', 'macho64', 'macho32be', 'pe32', 'pe64'];
  const expected = ['stdlib 1.17.1', 'm v1.0.0', 'example.com/a v1.2.3'];
  it.each(formats)('%s, inline texts and pointers, with and without a section of its own', (format) => {
    for (const style of ['inline', 'pointers'] as const) {
      for (const section of [true, false]) {
        expect(read(executableWith({ format, style, section, goVersion: 'go1.17.1', modules }))).toEqual(expected);
      }
    }
  });
  it('reads every part of a universal binary once', () => {
    const thin = executableWith({ format: 'macho64', style: 'inline', section: true, goVersion: 'go1.22.1', modules });
    const header = Buffer.alloc(8 + 40);
    header.writeUInt32BE(0xcafebabe, 0);
    header.writeUInt32BE(2, 4);
    for (const [index, offset] of [64, 64 + thin.length].entries()) {
      header.writeUInt32BE(offset, 8 + index * 20 + 8);
      header.writeUInt32BE(thin.length, 8 + index * 20 + 12);
    }
    expect(read(Buffer.concat([header, Buffer.alloc(16), thin, thin]))).toEqual(['stdlib 1.22.1', 'm v1.0.0', 'example.com/a v1.2.3']);
  });
  it('is not found in programs of other languages, nor in the mark alone', () => {
    const options = { format: 'elf64le', style: 'inline', section: false, modules: '' } as const;
    expect(read(executableWith({ ...options, goVersion: 'rust' }))).toEqual([]);
    expect(read(Buffer.from('MZ no executable at all'))).toEqual([]);
    expect(read(readFileSync(process.execPath).subarray(0, 1 << 20))).toEqual([]);
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
const withGo = hasGo();
if (!withGo) console.warn('skipped: no Go toolchain to build programs with (Debian package golang-go)');

describe.skipIf(!withGo)('build information against go version -m', () => {
  it('agrees on programs that Go builds for three systems, stripped or not', { timeout: 120_000 }, () => {
    const folder = join(scratch, 'src');
    mkdirSync(join(folder, 'dep'), { recursive: true });
    writeFileSync(join(folder, 'go.mod'), 'module example.com/tiny\n\ngo 1.18\n');
    // Without imports only the runtime is compiled: the build takes seconds and not half a minute.
    writeFileSync(join(folder, 'main.go'), 'package main\n\nfunc main() { println("x") }\n');
    const targets = [
      ['linux', 'amd64', ''],
      ['linux', 'amd64', '-s -w'],
      ['windows', 'amd64', ''],
      ['darwin', 'arm64', '-s'],
    ] as const;
    for (const [os, arch, ldflags] of targets) {
      const file = join(scratch, `tiny-${os}-${ldflags.length}`);
      const env = {
        ...process.env,
        GOOS: os,
        GOARCH: arch,
        CGO_ENABLED: '0',
        GOFLAGS: '-buildvcs=false',
        GOWORK: 'off',
        GOTOOLCHAIN: 'local',
      };
      execFileSync('go', ['build', `-ldflags=${ldflags}`, '-o', file, '.'], { cwd: folder, env, stdio: 'ignore' });
      const told = execFileSync('go', ['version', file], { encoding: 'utf8' }).trim();
      const version = standardLibraryVersion(told.slice(told.lastIndexOf(': ') + 2));
      expect(version).not.toBeNull();
      expect(read(readFileSync(file))).toEqual([`stdlib ${version}`]);
    }
  });
  it('agrees on the programs of the toolchain itself', () => {
    const goRoot = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
    const lines = execFileSync('go', ['version', '-m', join(goRoot, 'bin')], { encoding: 'utf8' });
    for (const block of lines.split(/^(?=\/)/m)) {
      const [head = '', ...rest] = block.split('\n');
      const file = head.slice(0, head.lastIndexOf(': '));
      const expected = modulesOfBuildInfo(rest.map((line) => line.replace(/^\t/, '')).join('\n'), 1000);
      const found = packagesOf(goBinary, { x: readFileSync(file) });
      expect(found.slice(1).map((each) => ({ path: each.name, version: each.version }))).toEqual(expected);
      expect(found[0]?.version).toBe(standardLibraryVersion(head.slice(head.lastIndexOf(': ') + 2)));
    }
  });
});
