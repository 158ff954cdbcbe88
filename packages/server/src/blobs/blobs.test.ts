import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryBlobs } from './blobs.ts';

describe('blobs in a directory', () => {
  it('are kept by content, once, and refuse keys that are paths', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'assay-blobs-'));
    try {
      const blobs = directoryBlobs(folder);
      const keys = await Promise.all([1, 2, 3].map(() => blobs.put(Buffer.from('same'))));
      expect(new Set(keys).size).toBe(1);
      expect(readdirSync(folder, { recursive: true }).length).toBe(2);
      expect((await blobs.get(keys[0]!))?.toString()).toBe('same');
      expect(await blobs.get(`sha256:${'0'.repeat(64)}`)).toBeUndefined();
      await expect(async () => blobs.get('../../etc/passwd')).rejects.toThrow(/not a blob key/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
