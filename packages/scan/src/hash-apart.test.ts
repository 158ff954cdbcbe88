import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { tarArchive, writeLayout } from '@assay/testkit/image-builder.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { scanTarget } from './scan.ts';

const base = mkdtempSync(join(tmpdir(), 'assay-apart-'));
afterAll(() => rmSync(base, { recursive: true }));

const installed = 'P:musl\nV:1.2.5-r0\nA:x86_64\no:musl\nF:lib\nR:ld-musl.so\n';
const release = 'ID=alpine\nVERSION_ID=3.20.3\n';
const large = [
  { name: 'etc/os-release', content: release },
  { name: 'lib/apk/db/installed', content: installed },
  { name: 'srv/blob', content: Buffer.alloc(33 << 20, 7) },
];

async function scan(name: string, stored: Buffer | undefined, processes: number): Promise<Inventory> {
  const layers = [{ items: large, packing: 'none' as const, ...(stored !== undefined && { stored }) }];
  const target = writeLayout(join(base, name), { layers });
  const ctx = { now: () => performance.now(), log: silentLogger };
  const found: Inventory[] = [];
  for await (const inventory of scanTarget(target, { platform: 'linux/amd64', processes }, ctx)) found.push(inventory);
  return found[0]!;
}

describe('a layer that outweighs all others, hashed by a process of its own', () => {
  it('is read as by one process', async () => {
    const [apart, together] = [await scan('two', undefined, 2), await scan('one', undefined, 1)];
    expect(apart.packages.map(({ identity }) => identity.name)).toEqual(['musl']);
    expect(apart.packages).toEqual(together.packages);
    expect(apart.gaps).toEqual(together.gaps);
    expect(apart.stats?.bytesRead).toBe(together.stats?.bytesRead);
  });

  it('says nothing of a layer with another digest', async () => {
    const wrong = tarArchive(large);
    wrong[wrong.length - (1 << 20)]! ^= 1;
    for (const processes of [1, 2]) {
      const inventory = await scan(`wrong-${processes}`, wrong, processes);
      expect(inventory.gaps.map(({ code }) => code)).toContain('digest-mismatch');
      expect(inventory.packages).toEqual([]);
    }
  });
});
