import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Advisory, AdvisoryRecord, Enrichment } from '@assay/core/advisory.ts';
import { type Context, silentLogger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { recordsOfAdvisory } from '@assay/core/osv-records.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileDatabase } from './compile.ts';
import { compileEnrichments } from './enrichments.ts';
import { currentPointer, installDatabase, openCurrent, removeOthers, stagingFiles } from './install.ts';
import { openDatabase } from './open.ts';
import { canonicalJson } from './record-codec.ts';
import { searchDatabase } from './search.ts';
import { exportDatabase, importDatabase } from './transport.ts';

const ctx: Context = { now: () => 0, log: silentLogger };
const options = { sources: [{ id: 'f', licence: 'CC0-1.0', date: '2026-01-01', read: 1, kept: 1 }], builtAt: '2026-02-03T04:05:06Z' };
let folder = '';
let serial = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-db-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function path(suffix = 'assaydb'): string {
  serial += 1;
  return join(folder, `${serial}.${suffix}`);
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function compiled(advisories: readonly Advisory[], file = path()): Promise<string> {
  await compileDatabase(each(advisories), { ...options, file }, ctx);
  return file;
}

const id = fc.integer({ min: 1, max: 40 }).map((n) => `GHSA-${n}`);
const name = fc.constantFrom('a', 'b', 'lodash', '@scope/x', 'Ünï', 'z'.repeat(300));
const affected = fc.record({
  package: fc.record({ ecosystem: fc.constantFrom('npm', 'Debian:12', 'PyPI', 'Alpine:v3.20'), name }),
  ranges: fc.array(
    fc.record({
      type: fc.constantFrom('SEMVER' as const, 'ECOSYSTEM' as const),
      events: fc.array(fc.oneof(fc.record({ introduced: fc.string() }), fc.record({ fixed: fc.string() })), { maxLength: 3 }),
    }),
    { maxLength: 2 },
  ),
});
const advisory: fc.Arbitrary<Advisory> = fc.record({
  id,
  modified: fc.constantFrom('2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'),
  aliases: fc.array(
    fc.integer({ min: 1, max: 30 }).map((n) => `CVE-2024-${1000 + n}`),
    { maxLength: 2 },
  ),
  summary: fc.string({ unit: 'binary', maxLength: 40 }),
  affected: fc.array(affected, { maxLength: 4 }),
});
const feed = fc.uniqueArray(advisory, { selector: (entry) => `${entry.id} ${entry.modified}`, maxLength: 40 });
const runs = { seed: 20261121, numRuns: 10 };

/** What a database must answer, by the plainest means. */
function oracle(advisories: readonly Advisory[]): Map<string, AdvisoryRecord[]> {
  const newest = new Map<string, Advisory>();
  for (const entry of advisories) if ((newest.get(entry.id)?.modified ?? '') <= entry.modified) newest.set(entry.id, entry);
  const out = new Map<string, AdvisoryRecord[]>();
  for (const entry of newest.values()) {
    for (const record of recordsOfAdvisory(entry)) {
      const key = `${record.namespace}\0${record.name}`;
      out.set(key, [...(out.get(key) ?? []), record]);
    }
  }
  return out;
}

function asSet(records: readonly AdvisoryRecord[]): string[] {
  return [...new Set(records.map(canonicalJson))].sort();
}

test('a look-up gives what the advisories say, whatever their order, and the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(feed, async (advisories) => {
      const file = await compiled(advisories);
      const again = await compiled([...advisories].reverse().concat(advisories));
      expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
      const db = openDatabase(file);
      const expected = oracle(advisories);
      for (const [key, records] of expected) {
        const [namespace = '', packageName = ''] = key.split('\0');
        expect(asSet(db.byPackage(namespace, packageName))).toEqual(asSet(records));
        expect(db.hasNamespace(namespace)).toBe(true);
      }
      expect([...db.packages()].length).toBe(expected.size);
      expect(db.byPackage('npm', 'absent')).toEqual([]);
      expect(db.hasNamespace('gem')).toBe(false);
      for (const entry of advisories) expect(db.document(entry.id)?.id).toBe(entry.id);
      db.close();
    }),
    runs,
  );
});

test('an import and a delta give the revision and the bytes of a full build; changed keys are exactly those that differ', async () => {
  await fc.assert(
    fc.asyncProperty(feed, feed, async (before, after) => {
      const [oldFile, newFile] = [await compiled(before), await compiled(after)];
      const [old, now] = [openDatabase(oldFile), openDatabase(newFile)];
      const [full, delta, fromFull, fromDelta] = [path('zst'), path('zst'), path(), path()];
      await exportDatabase(now, full);
      await exportDatabase(now, delta, old);
      await importDatabase(full, { file: fromFull, enrichmentFile: path('assayenr') });
      await importDatabase(delta, { file: fromDelta, enrichmentFile: path('assayenr'), base: old });
      expect(readFileSync(fromFull).equals(readFileSync(newFile))).toBe(true);
      expect(readFileSync(fromDelta).equals(readFileSync(newFile))).toBe(true);
      const [a, b] = [oracle(before), oracle(after)];
      const differing = [...new Set([...a.keys(), ...b.keys()])].filter(
        (key) => JSON.stringify(asSet(a.get(key) ?? [])) !== JSON.stringify(asSet(b.get(key) ?? [])),
      );
      expect([...now.changedKeys(old)].map((key) => `${key.namespace}\0${key.name}`).sort()).toEqual(differing.sort());
      old.close();
      now.close();
    }),
    runs,
  );
});

const sample: Advisory[] = Array.from({ length: 400 }, (_, i) => ({
  id: `GHSA-${i}`,
  modified: '2025-01-01T00:00:00Z',
  aliases: [`CVE-2025-${1000 + i}`],
  summary: `Trouble number ${i} in a package of no importance`,
  affected: [
    {
      package: { ecosystem: 'npm', name: `package-${i}` },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: `1.${i}.0` }] }],
    },
  ],
}));

test('damage anywhere is an error with a name or changes nothing, never a different answer', async () => {
  const file = await compiled(sample);
  const good = readFileSync(file);
  const ask = (from: string): string => {
    const db = openDatabase(from);
    try {
      return canonicalJson([
        sample.map((_, i) => db.byPackage('npm', `package-${i}`)),
        sample.map((_, i) => db.document(`CVE-2025-${1000 + i}`)),
      ]);
    } finally {
      db.close();
    }
  };
  const truth = ask(file);
  const hurt = path();
  let refused = 0;
  for (let at = 0; at < good.length; at += Math.ceil(good.length / 120)) {
    const bytes = Buffer.from(good);
    bytes[at]! ^= 0x41;
    writeFileSync(hurt, bytes);
    try {
      expect(ask(hurt)).toBe(truth);
    } catch (error) {
      expect(error).toBeInstanceOf(AssayError);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(60);
  for (let length = 0; length < good.length; length += Math.ceil(good.length / 40)) {
    writeFileSync(hurt, good);
    truncateSync(hurt, length);
    expect(() => openDatabase(hurt), `cut to ${length}`).toThrow(AssayError);
  }
  expect(() => openDatabase(join(folder, 'missing'))).toThrow(/cannot be opened/);
});

test('a damaged or foreign import is refused in one sentence', async () => {
  const db = openDatabase(await compiled(sample));
  const stream = path('zst');
  await exportDatabase(db, stream);
  const good = readFileSync(stream);
  const target = () => ({ file: path(), enrichmentFile: path('assayenr') });
  writeFileSync(stream, good.subarray(0, good.length >> 1));
  await expect(importDatabase(stream, target())).rejects.toThrow(AssayError);
  writeFileSync(stream, 'no zstd at all');
  await expect(importDatabase(stream, target())).rejects.toThrow(AssayError);
  const other = openDatabase(await compiled(sample.slice(1)));
  await exportDatabase(db, stream, other);
  await expect(importDatabase(stream, target())).rejects.toThrow(/not installed/);
  db.close();
  other.close();
});

test('a bundle is found by what it fixes, an alias leads to its document, words are searched', async () => {
  const bundle: Advisory = {
    id: 'DSA-1-1',
    modified: '2025-01-01T00:00:00Z',
    upstream: ['CVE-2025-1007'],
    affected: [
      { package: { ecosystem: 'Debian:12', name: 'curl' }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '8' }] }] },
    ],
  };
  const db = openDatabase(await compiled([...sample, bundle]));
  expect(db.document('CVE-2025-1007')?.id).toBe('GHSA-7');
  expect(searchDatabase(db, 'cve-2025-1007').map((hit) => [hit.id, hit.by])).toEqual([
    ['DSA-1-1', 'bundle'],
    ['GHSA-7', 'alias'],
  ]);
  expect(searchDatabase(db, 'curl').map((hit) => hit.by)).toEqual(['package']);
  expect(searchDatabase(db, 'number 39 in').map((hit) => hit.id)).toEqual(['GHSA-39']);
  db.close();
});

test('enrichments of one CVE are joined in any order and travel with the database; the folder points at the newest install', async () => {
  const parts: Enrichment[] = [
    { id: 'CVE-2025-1007', epss: { score: 0.5, date: '2026-01-01' } },
    { id: 'CVE-2025-1007', epss: { score: 0.7, date: '2026-01-02' } },
    { id: 'CVE-2025-1007', kev: { dateAdded: '2026-01-01', dateDue: '2026-02-01', action: 'patch', ransomware: false, name: 'x' } },
  ];
  const home = join(folder, 'db');
  expect(openCurrent(home)).toBeNull();
  const staged = stagingFiles(home, 'a');
  await compiled(sample, staged.file);
  await compileEnrichments(each(parts), { ...options, file: staged.enrichmentFile }, ctx);
  const other = path('assayenr');
  await compileEnrichments(each([...parts].reverse()), { ...options, file: other }, ctx);
  expect(readFileSync(other).equals(readFileSync(staged.enrichmentFile))).toBe(true);
  expect(installDatabase(home, staged)).toMatchObject({ previous: null, downgrade: false });
  const db = openCurrent(home)!;
  expect(db.enrichment('CVE-2025-1007')).toMatchObject({ epss: { score: 0.7 }, kev: { name: 'x' } });
  const stream = path('zst');
  await exportDatabase(db, stream);
  const copy = stagingFiles(home, 'b');
  const imported = await importDatabase(stream, copy);
  expect(imported.enrichments?.revision).toBe(db.enrichmentInfo?.revision);
  const older = stagingFiles(home, 'c');
  await compileDatabase(each(sample.slice(1)), { ...options, builtAt: '2020-01-01T00:00:00Z', file: older.file }, ctx);
  expect(() => installDatabase(home, { file: older.file }, false)).toThrow(/add --rollback/);
  expect(installDatabase(home, { file: older.file }, true)).toMatchObject({ previous: db.revision, downgrade: true });
  expect(currentPointer(home)).toMatchObject({ rollback: true });
  const kept = (stale: number) => {
    removeOthers(
      home,
      Object.values(currentPointer(home)!).filter((name) => typeof name === 'string'),
      stale,
    );
    return readdirSync(home).filter((name) => name.endsWith('.assaydb') && !name.startsWith('.')).length;
  };
  expect([kept(0), kept(Number.MAX_SAFE_INTEGER)]).toEqual([2, 1]);
  expect(currentPointer(home)?.enrichments).toBe(`${db.enrichmentInfo?.revision}.assayenr`);
  db.close();
});
