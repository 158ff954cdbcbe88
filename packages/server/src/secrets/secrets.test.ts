import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { deriveKey, openMasterKey } from './master-key.ts';
import { createSealer } from './sealer.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'assay-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the master key', () => {
  test('is made once, for its owner only, and read again', () => {
    const file = path.join(folder, 'deep/er/master.key');
    const key = openMasterKey(file);
    expect(key.length).toBe(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(openMasterKey(file)).toEqual(key);
  });

  test.each(['', 'short', 'g'.repeat(64), 'a'.repeat(63)])('a damaged file is refused and kept (%#)', (text) => {
    const file = path.join(folder, 'damaged.key');
    writeFileSync(file, text);
    expect(() => openMasterKey(file)).toThrow(/must hold 64 hexadecimal digits/);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('gives every purpose a key of its own', () => {
    const key = Buffer.alloc(32, 7);
    const derived = (['seal', 'paging', 'finding-arn'] as const).map((purpose) => deriveKey(key, purpose).toString('hex'));
    expect(new Set([...derived, key.toString('hex')]).size).toBe(4);
  });
});

describe('a sealed value', () => {
  const sealer = createSealer(Buffer.alloc(32, 1));
  const place = { account: 5, table: 'secret', id: 'access_key/A' };

  test('opens where it belongs only', () => {
    const sealed = sealer.seal(place, 'geheim ü');
    expect(sealer.open(place, sealed)).toBe('geheim ü');
    for (const other of [
      { ...place, account: 6 },
      { ...place, table: 'sink' },
      { ...place, id: 'access_key/B' },
    ]) {
      expect(() => sealer.open(other, sealed)).toThrow(/does not open/);
    }
    expect(() => createSealer(Buffer.alloc(32, 2)).open(place, sealed)).toThrow(/does not open/);
  });

  test('is different each time, and refused when any byte changed', () => {
    const sealed = sealer.seal(place, 'x');
    expect(sealer.seal(place, 'x').equals(sealed)).toBe(false);
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i]! ^= 0x80;
      expect(() => sealer.open(place, changed)).toThrow(/does not open/);
      expect(() => sealer.open(place, sealed.subarray(0, i))).toThrow(/does not open/);
    }
  });

  test('names its key without telling it', () => {
    expect(sealer.keyId).toMatch(/^[0-9a-f]{16}$/);
    expect(createSealer(Buffer.alloc(32, 2)).keyId).not.toBe(sealer.keyId);
  });
});
