import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paxRecords, type TarItem, tarArchive, tarEntry } from '@assay/testkit/image-builder.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expandSparse } from './sparse.ts';
import { normalizePath } from './tar-header.ts';
import { type TarEntry, TarError, type TarSink, TarWalker } from './tar-walker.ts';

interface Read {
  readonly entries: (TarEntry & { readonly content: Buffer })[];
  readonly problems: string[];
  readonly walker: TarWalker;
}

function read(archive: Buffer, pieceSize = 1 << 16): Read {
  const entries: Read['entries'] = [];
  const problems: string[] = [];
  let pieces: Buffer[] = [];
  let current: TarEntry | undefined;
  const sink: TarSink = {
    entry(entry) {
      pieces = [];
      current = entry;
      if (entry.kind !== 'file') entries.push({ ...entry, content: Buffer.alloc(0) });
      return true;
    },
    data(piece) {
      pieces.push(Buffer.from(piece));
      return true;
    },
    end() {
      const stored = Buffer.concat(pieces);
      const entry = current as TarEntry;
      const content = entry.sparse === undefined ? stored : (expandSparse(stored, entry.sparse, entry.size) ?? Buffer.from('BROKEN MAP'));
      entries.push({ ...entry, content });
    },
    problem: (code) => problems.push(code),
  };
  const walker = new TarWalker(sink);
  for (let at = 0; at < archive.length; at += pieceSize) walker.write(archive.subarray(at, at + pieceSize));
  walker.finish();
  return { entries, problems, walker };
}

const folder = mkdtempSync(join(tmpdir(), 'assay-tar-'));
const longName = `${'deep/'.repeat(30)}${'n'.repeat(120)}.txt`;
afterAll(() => rmSync(folder, { recursive: true }));

describe('archives of GNU tar', () => {
  beforeAll(() => {
    const root = join(folder, 'root');
    mkdirSync(join(root, longName, '..'), { recursive: true });
    writeFileSync(join(root, longName), 'long');
    writeFileSync(join(root, 'plain.txt'), 'x'.repeat(1000));
    writeFileSync(join(root, 'empty'), '');
    writeFileSync(join(root, 'ünïcode-名前'), 'u');
    linkSync(join(root, 'plain.txt'), join(root, 'z-hard'));
    symlinkSync('../up/../plain.txt', join(root, 'soft'));
    const fd = openSync(join(root, 'sparse'), 'w');
    writeSync(fd, 'begin', 0);
    writeSync(fd, 'middle', 1 << 20);
    ftruncateSync(fd, 3 << 20);
    closeSync(fd);
  });

  const variants = [
    ['--format=gnu'],
    ['--format=gnu', '--sparse'],
    ['--format=oldgnu', '--sparse'],
    ['--format=pax'],
    ['--format=posix', '--sparse', '--sparse-version=0.0'],
    ['--format=posix', '--sparse', '--sparse-version=0.1'],
    ['--format=posix', '--sparse', '--sparse-version=1.0'],
  ];
  it.each(variants)('are read as tar made them: %s %s %s', (...flags) => {
    const file = join(folder, 'made.tar');
    execFileSync('tar', [...flags.filter(Boolean), '--sort=name', '-cf', file, '-C', join(folder, 'root'), '.']);
    const archive = execFileSync('cat', [file], { maxBuffer: 1 << 26 });
    for (const size of [1 << 18, 700]) {
      const byPath = new Map(read(archive, size).entries.map((entry) => [entry.path, entry]));
      expect(byPath.get(longName)?.content.toString()).toBe('long');
      expect(byPath.get('plain.txt')?.content.toString()).toBe('x'.repeat(1000));
      expect(byPath.get('empty')).toMatchObject({ kind: 'file', size: 0 });
      expect(byPath.get('ünïcode-名前')?.content.toString()).toBe('u');
      expect(byPath.get('z-hard')).toMatchObject({ kind: 'hardlink', link: 'plain.txt' });
      expect(byPath.get('soft')).toMatchObject({ kind: 'symlink', link: '../up/../plain.txt' });
      expect(byPath.get('deep')).toMatchObject({ kind: 'directory' });
      const sparse = byPath.get('sparse') as TarEntry & { content: Buffer };
      expect(sparse.size).toBe(3 << 20);
      expect(sparse.content.length).toBe(3 << 20);
      expect(sparse.content.toString('latin1', 0, 5)).toBe('begin');
      expect(sparse.content.toString('latin1', 1 << 20, (1 << 20) + 6)).toBe('middle');
      expect(sparse.content.subarray(5, 1 << 20).some((byte) => byte !== 0)).toBe(false);
    }
  });
});

describe('names', () => {
  it.each([
    ['./a/b', 'a/b'],
    ['/a//b/', 'a/b'],
    ['a/./b/../c', 'a/c'],
    ['../../etc/passwd', 'etc/passwd'],
    ['..', ''],
    ['./', ''],
    ['a..b/.c', 'a..b/.c'],
    ['a\0b', undefined],
    ['x/'.repeat(257), undefined],
    ['n'.repeat(4097), undefined],
  ])('%j is %j', (name, expected) => {
    expect(normalizePath(name)).toBe(expected);
  });

  it('with NUL in a PAX record are passed over with a gap, and the next entry is read', () => {
    const { entries, problems } = read(
      tarArchive([
        { name: 'x', pax: { path: 'a\0b' }, content: '1' },
        { name: 'y', content: '2' },
      ]),
    );
    expect(entries.map((entry) => entry.path)).toEqual(['y']);
    expect(problems).toEqual(['limit-reached']);
  });

  it('that are not UTF-8 stay different', () => {
    const archive = tarArchive([{ name: 'aa' }, { name: 'bb' }]);
    for (const [at, byte] of [
      [0, 0xe4],
      [1024 - 512, 0xf6],
    ] as const) {
      // Both become one foreign byte; the checksum is put right.
      const block = archive.subarray(at, at + 512);
      const before = block[0] as number;
      block[0] = byte;
      const sum = Number.parseInt(block.toString('latin1', 148, 154), 8) + byte - before;
      block.write(sum.toString(8).padStart(6, '0'), 148, 'latin1');
    }
    expect(new Set(read(archive).entries.map((entry) => entry.path)).size).toBe(2);
  });
});

describe('hostile archives', () => {
  it('claiming a PAX header of one gigabyte are refused before a byte of it is kept', () => {
    const block = tarEntry({ name: 'PaxHeaders/x', type: 'x', size: 1 << 30 });
    expect(() => read(block)).toThrowError(expect.objectContaining({ code: 'limit-reached' }));
  });

  it('claiming a size beyond numbers are refused', () => {
    const archive = tarArchive([{ name: 'x', pax: { size: '99999999999999999999' } }]);
    expect(() => read(archive)).toThrowError(expect.objectContaining({ code: 'unreadable-layer' }));
  });

  it('cut anywhere end in a typed error or after whole entries', () => {
    const archive = tarArchive([
      { name: 'a', content: 'x'.repeat(700) },
      { name: 'l'.repeat(150), content: 'y' },
    ]);
    for (let cut = 1; cut < archive.length - 1024; cut += 73) {
      try {
        for (const entry of read(archive.subarray(0, cut)).entries) expect(entry.content.length).toBe(entry.size);
      } catch (error) {
        expect(error).toMatchObject({ code: 'truncated-input' });
      }
    }
  });

  it('with any bytes changed never throw anything else', () => {
    const archive = tarArchive([
      { name: 'a', content: 'x'.repeat(700), pax: { 'SCHILY.xattr.user.overlay.opaque': 'y' } },
      { name: 'd', type: '5' },
      { name: 's', type: '2', link: 'a' },
      { name: 'l'.repeat(150), content: 'y' },
    ]);
    const change = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(change, fc.integer({ min: 1, max: 2000 }), (changes, pieceSize) => {
        const damaged = Buffer.from(archive);
        for (const [at, value] of changes) damaged[at] = value;
        try {
          read(damaged, pieceSize);
        } catch (error) {
          expect(error).toBeInstanceOf(TarError);
        }
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  it('are read the same in pieces of any size', () => {
    const items: TarItem[] = [{ name: 'a', content: 'x'.repeat(1500) }, { name: `${'p/'.repeat(80)}q`, content: 'y' }, { name: 'e' }];
    const whole = read(tarArchive(items)).entries;
    for (const size of [1, 3, 511, 512, 513]) expect(read(tarArchive(items), size).entries).toEqual(whole);
  });

  it('end at two zero blocks, and data behind them is noticed', () => {
    const { entries, walker } = read(Buffer.concat([tarArchive([{ name: 'a' }]), tarArchive([{ name: 'b' }])]));
    expect(entries.map((entry) => entry.path)).toEqual(['a']);
    expect(walker.trailing).toBe(true);
  });

  it('may lack the end mark', () => {
    expect(read(tarEntry({ name: 'a', content: 'x' })).entries).toHaveLength(1);
  });

  it('mark opaque folders and whiteouts the way overlay does', () => {
    const { entries } = read(
      tarArchive([
        { name: 'd', type: '5', pax: { 'SCHILY.xattr.trusted.overlay.opaque': 'y' } },
        { name: 'gone', type: '3', device: [0, 0] },
        { name: 'tty', type: '3', device: [5, 0] },
      ]),
    );
    expect(entries.map(({ opaque, whiteout }) => [opaque, whiteout])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});

it('PAX lengths count themselves', () => {
  expect(paxRecords({ path: 'x'.repeat(86) }).toString()).toMatch(/^95 path=x+\n$/);
});
