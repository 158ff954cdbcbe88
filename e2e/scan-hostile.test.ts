import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ScanResult } from '@assay/core/scan-result.ts';
import { startFakeRegistry } from '@assay/testkit/fake-registry.ts';
import {
  buildImage,
  dockerSave,
  type LayerSpec,
  sha256,
  type TarItem,
  tarArchive,
  tarEntry,
  writeLayout,
} from '@assay/testkit/image-builder.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, type Ran } from './cli.ts';
import { allProcesses } from './processes.ts';
import { cleanUp, scratch } from './service.ts';

const folder = scratch();
const work = path.join(folder, 'work');
const outside = path.join(folder, 'outside');
const MIB = 1 << 20;

const stanza = (name: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.88.1-10\nMaintainer: Nobody <n@example.org>\n\n`;
const release: TarItem = { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n' };
const good: TarItem[] = [release, { name: 'var/lib/dpkg/status', content: stanza('curl') }];
const late: TarItem[] = [{ name: 'var/lib/dpkg/status', content: stanza('curl') + stanza('openssl') }];

const image = buildImage({ layers: [{ items: good }, { items: late }] });
const tags = new Map([['team/app:1', image.manifest]]);
/** Scans that take their time while the other tests run. */
let patient: Promise<readonly [slow: Ran, mute: Ran]>;

beforeAll(() => {
  for (const one of [work, outside]) mkdirSync(one);
  writeFileSync(path.join(outside, 'status'), stanza('outside'));
  patient = scanSlowRegistries();
  patient.catch(() => {});
});
afterAll(() => cleanUp(folder));

/** One registry sends a byte a second, the other takes the connection and says nothing. */
async function scanSlowRegistries(): Promise<readonly [Ran, Ran]> {
  const registry = await startFakeRegistry(image.blobs, tags, { drip: 1_000 });
  const sockets: net.Socket[] = [];
  const mute = net.createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => mute.once('listening', resolve));
  const silent = `127.0.0.1:${(mute.address() as AddressInfo).port}/team/app:1`;
  const answers = await Promise.all([scan(`${registry.host}/team/app:1`, '--fail-on', 'any'), scan(silent)]);
  for (const socket of sockets) socket.destroy();
  mute.close();
  await registry.close();
  return answers;
}

const layout = (...layers: readonly LayerSpec[]): string => writeLayout(mkdtempSync(path.join(folder, 'layout-')), { layers });
const scan = (target: string, ...words: readonly string[]): Promise<Ran> =>
  assay(['scan', target, ...words], { cwd: work, within: 100_000 });

/** Every file below a folder with its content's digest. */
function everything(root: string): string[] {
  return execFileSync('find', [root, '-type', 'f'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '')
    .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
    .sort();
}

/** One sentence for people and no stack. */
function expectSentence(ran: Ran): void {
  expect({ code: ran.code, out: ran.out }).toEqual({ code: 3, out: '' });
  expect(ran.err).toMatch(/^assay: [^\n]+\n$/);
  expect(ran.err).not.toMatch(/ {4}at |Something went wrong|node:internal/);
}

/** An answer that says what it lacks, and an exit code that is not "clean". */
async function expectGap(target: string, code: string, packages: readonly string[] | undefined): Promise<void> {
  const table = await scan(target, '--fail-on', 'any', '--only-fixed');
  expect(table.out).not.toMatch(/No findings/);
  const ran = await scan(target, '--format', 'json');
  expect(ran.code).toBe(3);
  const result = JSON.parse(ran.out) as ScanResult;
  expect(result.gaps.map((gap) => gap.code)).toContain(code);
  expect(ran.err).toContain(`[${code}]`);
  if (packages !== undefined) expect(result.packages.map((one) => one.name)).toEqual(packages);
}

describe('an archive', () => {
  const whole = dockerSave({ layers: [{ items: good }, { items: late }] });

  test.each([
    ['cut in its first block', 100],
    ['cut in a layer', 2_500],
    ['cut before its manifest', whole.length - 3_000],
  ])('%s is refused in one sentence', async (what, length) => {
    const file = path.join(folder, `${what.replaceAll(' ', '-')}.tar`);
    writeFileSync(file, whole);
    truncateSync(file, length);
    expectSentence(await scan(file));
  });

  test('that is empty, a folder that is empty, and a place that is not there, are refused in one sentence', async () => {
    writeFileSync(path.join(folder, 'empty.tar'), '');
    expectSentence(await scan(path.join(folder, 'empty.tar')));
    expectSentence(await scan(path.join(folder, 'nothing.tar')));
    mkdirSync(path.join(folder, 'hollow'));
    const ran = await scan(path.join(folder, 'hollow'));
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/no-packages/);
  });
});

describe('a layer', () => {
  test('with other bytes than its digest says gives nothing of itself', async () => {
    const right = gzipSync(tarArchive(late), { level: 1 });
    const evil = gzipSync(tarArchive([{ name: 'var/lib/dpkg/status', content: stanza('evil') }]));
    const stored = Buffer.concat([evil, Buffer.alloc(Math.max(0, right.length - evil.length))]).subarray(0, right.length);
    await expectGap(layout({ items: good }, { items: late, stored }), 'digest-mismatch', ['curl']);
  });

  test('cut short is a gap', async () => {
    const right = gzipSync(tarArchive(late), { level: 1 });
    const tar = Buffer.from(tarArchive(late)).subarray(0, 700);
    await expectGap(layout({ items: good }, { tar }), 'truncated-input', undefined);
    await expectGap(layout({ items: good }, { items: late, stored: right.subarray(0, -30) }), 'digest-mismatch', undefined);
  });

  test('with a header of a gigabyte, really there, is a gap and takes little memory and time', async () => {
    // Gzip members may follow one another: 64 times the same 16 MiB of zeros, behind a header that announces them.
    const head = tarEntry({ name: 'PaxHeaders/x', type: 'x', size: 1 << 30 });
    const members = [gzipSync(Buffer.concat([...good.map(tarEntry), head])), ...Array.from({ length: 64 }, () => zeros(16 * MIB))];
    const target = rawLayout(Buffer.concat([...members, gzipSync(tarArchive(late))]));
    await expectGap(target, 'limit-reached', ['curl']);
  });

  test('that unpacks to ten gigabytes is a gap', async () => {
    const head = tarEntry({ name: 'srv/zeros', size: 10 * 1024 * MIB });
    const zero = zeros(64 * MIB);
    const members = [gzipSync(Buffer.concat([...good.map(tarEntry), head])), ...Array.from({ length: 160 }, () => zero)];
    await expectGap(rawLayout(Buffer.concat(members)), 'limit-reached', ['curl']);
  });

  test('with names and links that lead out is read without ever following them', async () => {
    const before = everything(outside);
    const up = '../'.repeat(12);
    const items: TarItem[] = [
      ...good,
      { name: `${up}${outside.slice(1)}/written`, content: 'x' },
      { name: `${outside}/absolute`, content: 'x' },
      { name: 'srv/link', type: '2', link: outside },
      { name: 'srv/link/through', content: 'x' },
      { name: 'srv/hard', type: '1', link: `${up}${outside.slice(1)}/status` },
      { name: 'opt/lib/dpkg/status', type: '2', link: `${outside}/status` },
      { name: 'etc\0/x', content: 'x' },
    ];
    const ran = await scan(layout({ items }), '--format', 'json');
    const { packages } = JSON.parse(ran.out) as ScanResult;
    expect(packages.map((one) => one.name)).toEqual(['curl']);
    expect(everything(outside)).toEqual(before);
    expect(existsSync('/absolute')).toBe(false);
  });

  test('whose links lead in circles ends, and says what it could not read', async () => {
    const items: TarItem[] = [
      release,
      { name: 'var/lib/dpkg', type: '2', link: '../../srv/a' },
      { name: 'srv/a', type: '2', link: 'b' },
      { name: 'srv/b', type: '2', link: 'a' },
      { name: 'srv/self', type: '2', link: 'self/self' },
    ];
    const ran = await scan(layout({ items }), '--format', 'json');
    expect(ran.code).toBe(3);
    expect((JSON.parse(ran.out) as ScanResult).gaps.length).toBeGreaterThan(0);
    expect(ran.milliseconds).toBeLessThan(30_000);
  });
});

test('a folder with circles and links out of it is read to its end, inside', async () => {
  const root = mkdtempSync(path.join(folder, 'root-'));
  for (const one of ['etc', 'var/lib/dpkg', 'srv']) mkdirSync(path.join(root, one), { recursive: true });
  writeFileSync(path.join(root, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
  writeFileSync(path.join(root, 'var/lib/dpkg/status'), stanza('curl'));
  symlinkSync('.', path.join(root, 'srv/here'));
  symlinkSync('../srv', path.join(root, 'srv/again'));
  symlinkSync(outside, path.join(root, 'var/lib/outside'));
  symlinkSync('/', path.join(root, 'slash'));
  const ran = await scan(root, '--format', 'json');
  expect((JSON.parse(ran.out) as ScanResult).packages.map((one) => one.name)).toEqual(['curl']);
});

describe('a registry', () => {
  test('that answers 401 for ever is left after a few questions, in one sentence', async () => {
    const registry = await startFakeRegistry(image.blobs, tags, { auth: 'never' });
    expectSentence(await scan(`${registry.host}/team/app:1`));
    expect(registry.requests.length).toBeLessThan(8);
    await registry.close();
  });

  test('that sends other bytes than it promised, or none, or is not there, is no clean image', async () => {
    const layer = image.blobs[1]?.digest ?? '';
    const wrong = Buffer.from(image.blobs[1]?.bytes ?? []);
    wrong[40] = (wrong[40] ?? 0) ^ 1;
    const registry = await startFakeRegistry(image.blobs, tags, { replace: new Map([[layer, wrong]]) });
    await expectGap(`${registry.host}/team/app:1`, 'digest-mismatch', ['curl']);
    await registry.close();
    const forged = await startFakeRegistry(image.blobs, tags, {
      replace: new Map([[image.manifest.digest, Buffer.from('{"schemaVersion":2}')]]),
    });
    expectSentence(await scan(`${forged.host}/team/app@${image.manifest.digest}`));
    expectSentence(await scan(`${forged.host}/team/none:1`));
    await forged.close();
    expectSentence(await scan(`${forged.host}/team/app:1`));
  });

  test('that sends a byte a second, or nothing at all, is given up on with a word about its speed', async () => {
    const [slow, mute] = await patient;
    expect(slow.code).toBe(3);
    expect(`${slow.out}${slow.err}`).toMatch(/slow/);
    expect(slow.milliseconds).toBeLessThan(90_000);
    expectSentence(mute);
  }, 120_000);

  test('is never asked with --offline', async () => {
    const registry = await startFakeRegistry(image.blobs, tags);
    expectSentence(await scan(`${registry.host}/team/app:1`, '--offline'));
    expect(registry.requests).toEqual([]);
    await registry.close();
  });
});

test('nothing of a scan stays: no process, no file beside the answer', async () => {
  const target = layout({ items: good });
  cpSync(target, `${target}-copy`, { recursive: true });
  const before = everything(folder);
  expect((await scan(target, '--format', 'sarif', '-o', path.join(work, 'answer.sarif'))).code).toBe(0);
  const added = everything(folder).filter((one) => !before.includes(one));
  expect(added.map((one) => one.split(' ')[0])).toEqual([path.join(work, 'answer.sarif')]);
  expect(statSync(path.join(work, 'answer.sarif')).size).toBeGreaterThan(500);
  expect(allProcesses().filter((one) => one.command.includes(target))).toEqual([]);
});

const made = new Map<number, Buffer>();
function zeros(bytes: number): Buffer {
  const known = made.get(bytes) ?? gzipSync(Buffer.alloc(bytes));
  made.set(bytes, known);
  return known;
}

/** A layout whose one layer is these compressed bytes; what it unpacks to need not exist in memory. */
function rawLayout(bytes: Buffer): string {
  const target = layout({ items: good, stored: bytes });
  const blobs = path.join(target, 'blobs/sha256');
  const read = (digest: string) => JSON.parse(readFileSync(path.join(blobs, digest.slice(7)), 'utf8'));
  const write = (document: unknown): { digest: string; size: number } => {
    const text = Buffer.from(JSON.stringify(document));
    writeFileSync(path.join(blobs, sha256(text).slice(7)), text);
    return { digest: sha256(text), size: text.length };
  };
  const index = JSON.parse(readFileSync(path.join(target, 'index.json'), 'utf8'));
  const manifest = read(index.manifests[0].digest);
  writeFileSync(path.join(blobs, sha256(bytes).slice(7)), bytes);
  manifest.layers = [{ ...manifest.layers[0], digest: sha256(bytes), size: bytes.length }];
  index.manifests[0] = { ...index.manifests[0], ...write(manifest) };
  writeFileSync(path.join(target, 'index.json'), JSON.stringify(index));
  return target;
}
