import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeZip } from '../testing/make-zip.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './limits.ts';
import { openPacked, type PackedFile } from './open.ts';

let folder: string;
let tree: string;
const LONG = `${'deep/'.repeat(30)}${'n'.repeat(120)}.json`;
const FILES: Readonly<Record<string, string>> = {
  'a.json': '{"a":1}',
  'empty.json': '',
  'named.json/inside.json': 'a folder may be called that',
  'пример/ünï.json': 'names are not ASCII',
  [LONG]: 'x'.repeat(1000),
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-archive-'));
  tree = join(folder, 'tree');
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  symlinkSync('/etc/passwd', join(tree, 'link.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(packed: PackedFile, limits?: ArchiveLimits): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const file of openPacked(packed, (path) => path.endsWith('.json'), limits)) found[file.path] = file.bytes.toString('utf8');
  return found;
}

function tar(format: string): Buffer {
  return execFileSync('tar', [`--format=${format}`, '-c', '-C', folder, 'tree'], { maxBuffer: 1e8 });
}
function stored(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

test.each(['gnu', 'posix', 'pax', 'ustar'])('reads a %s tar as tar wrote it, links left out', async (format) => {
  const wanted = format === 'ustar' ? Object.fromEntries(Object.entries(FILES).filter(([path]) => path !== LONG)) : FILES;
  if (format === 'ustar') rmSync(join(tree, LONG));
  const file = stored(`${format}.tar.gz`, gzipSync(tar(format)));
  expect(await read({ file, packing: 'tar.gz', strip: 1 })).toEqual(wanted);
  writeFileSync(join(tree, LONG), FILES[LONG] ?? '');
});

test('reads a folder the same way', async () => {
  expect(await read({ file: tree, packing: 'folder' })).toEqual(FILES);
});

test('reads a zip the same way', async () => {
  const file = stored('tree.zip', makeZip(Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`tree/${path}`, text]))));
  expect(await read({ file, packing: 'zip', strip: 1 })).toEqual(FILES);
});

test('every truncation of a tar.gz is an error, never a shorter answer', async () => {
  const whole = gzipSync(tar('gnu'));
  const cuts = fc.sample(fc.integer({ min: 0, max: whole.length - 1 }), { numRuns: 60, seed: 7 });
  for (const cut of cuts) {
    const file = stored('cut.tar.gz', whole.subarray(0, cut));
    await expect(read({ file, packing: 'tar.gz', strip: 1 })).rejects.toMatchObject({ code: 'FEED_ARCHIVE_UNREADABLE' });
  }
});

test('damaged bytes are an error or the same answer', async () => {
  const whole = tar('gnu');
  const spots = fc.sample(fc.integer({ min: 0, max: 2000 }), { numRuns: 60, seed: 11 });
  for (const spot of spots) {
    const bytes = Buffer.from(whole);
    bytes[spot] = (bytes[spot] ?? 0) ^ 0x41;
    const file = stored('damaged.tar.gz', gzipSync(bytes));
    await read({ file, packing: 'tar.gz', strip: 1 }).catch((error) => expect(error.code).toBe('FEED_ARCHIVE_UNREADABLE'));
  }
});

test.each<[string, Uint8Array, PackedFile['packing']]>([
  ['a web page instead of a zip', Buffer.from('<html>sign in</html>'), 'zip'],
  ['a web page instead of a gzip', Buffer.from('<html>sign in</html>'), 'tar.gz'],
  ['nothing', Buffer.alloc(0), 'tar.gz'],
  ['a gzip of something else', gzipSync(Buffer.alloc(2048, 7)), 'tar.gz'],
])('%s is an error that says so', async (_, bytes, packing) => {
  await expect(read({ file: stored('wrong', bytes), packing })).rejects.toMatchObject({ code: 'FEED_ARCHIVE_UNREADABLE' });
});

test.each<[string, Partial<ArchiveLimits>]>([
  ['entries', { entries: 3 }],
  ['bytes of one file', { fileBytes: 500 }],
  ['bytes of all files', { totalBytes: 600 }],
])('too many %s is an error', async (_, limit) => {
  const limits = { ...ARCHIVE_LIMITS, ...limit };
  for (const packed of [
    { file: stored('limit.tar.gz', gzipSync(tar('gnu'))), packing: 'tar.gz', strip: 1 },
    { file: tree, packing: 'folder' },
  ] as const)
    await expect(read(packed, limits)).rejects.toMatchObject({ code: 'FEED_ARCHIVE_UNREADABLE' });
});

test('a bomb is stopped by its ratio', async () => {
  const bomb = gzipSync(Buffer.concat([header('bomb.bin', 70 * 2 ** 20), Buffer.alloc(70 * 2 ** 20)]), { level: 1 });
  await expect(read({ file: stored('bomb.tar.gz', bomb), packing: 'tar.gz' })).rejects.toThrow(/times its size/);
});

test('an extended header of a gigabyte is refused before it is read', async () => {
  const file = stored('pax.tar.gz', gzipSync(header('x', 2 ** 30, 'x')));
  await expect(read({ file, packing: 'tar.gz' })).rejects.toThrow(/header of 1073741824 bytes/);
});

function header(name: string, size: number, type = '0'): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
