import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { processArchitecture } from '@assay/core/platform.ts';
import { withEndOfLife } from '@assay/engine/end-of-life.ts';
import { scanTarget } from '@assay/scan/scan.ts';
import { writeSampleRoot } from '@assay/snapshot/sample.ts';
import { commitInventory } from '../inventories/commit.ts';
import type { Job } from '../jobs/queue.ts';
import { describeResource } from '../resources/describe.ts';
import { SAMPLE_FORMAT, SAMPLE_REPOSITORY } from '../resources/remove.ts';
import { type Look, lookedBy, placeOf } from './look-lanes.ts';
import { machineId } from './machine.ts';
import type { World } from './world.ts';

/** Handler of `look` jobs; the key says where to look. */
export async function look(job: Job, world: World): Promise<unknown> {
  const place = placeOf(job.key);
  const observedAt = new Date(world.ctx.now());
  const inventory = withEndOfLife(await inventoryOf(place, world), world.ctx.now());
  const { config } = world;
  const described = describeResource(inventory, {
    account: job.account,
    region: config.region,
    ...(place === 'sample' ? { repository: SAMPLE_REPOSITORY, tags: ['debian-12'] } : {}),
  });
  // Whoever is asked to look again knows from this which machine can.
  const resource = { ...described, detail: { ...described.detail, look: lookedBy(place) } };
  const { worker: pool, blobs, revisions, ctx, naming } = world;
  return commitInventory({ pool, blobs, revisions, ctx, naming }, { account: job.account, inventory, resource, job, observedAt });
}

async function inventoryOf(place: Look, world: World): Promise<Inventory> {
  switch (place) {
    case 'sample':
      return sampleInventory(world);
    case 'host':
      return only(scanTarget('/', { host: true, hostSubject: hostSubject() }, world.ctx));
    case 'checkout':
      return only(scanTarget(world.startedIn, {}, world.ctx));
  }
}

async function only(inventories: AsyncIterable<Inventory>): Promise<Inventory> {
  for await (const inventory of inventories) return inventory;
  throw new AssayError('nothing-to-look-at', 'There was nothing to look at.');
}

/** The sample is data of ours, so a scratch folder in the data directory is safe to write. */
async function sampleInventory(world: World): Promise<Inventory> {
  const root = mkdtempSync(path.join(world.config.dataDirectory, 'sample-'));
  try {
    await writeSampleRoot(root);
    const inventory = await only(scanTarget(root, {}, world.ctx));
    const digest = createHash('sha256')
      .update(JSON.stringify(inventory.packages.map((p) => p.identity.purl)))
      .digest('hex');
    return { ...inventory, subject: { kind: 'sbom', name: SAMPLE_REPOSITORY, format: SAMPLE_FORMAT, digest: `sha256:${digest}` } };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function hostSubject(): { name: string; machineId: string; platform: { os: string; architecture: string } } {
  return { name: os.hostname(), machineId: machineId(), platform: { os: os.platform(), architecture: processArchitecture(os.arch()) } };
}
