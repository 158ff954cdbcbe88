import { AssayError } from '@assay/core/errors.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { withEndOfLife } from '@assay/engine/end-of-life.ts';
import { isInventoryDocument, readInventoryDocument } from '@assay/engine/read-inventory.ts';
import { inventoryOfSbom } from '@assay/engine/read-sbom.ts';
import { commitInventory } from '../inventories/commit.ts';
import type { Job } from '../jobs/queue.ts';
import { describeResource } from '../resources/describe.ts';
import type { Submission } from './submission.ts';
import type { World } from './world.ts';

/** Handler of `submit` jobs. A document that cannot be read ends the job with a sentence; trying again would not help. */
export async function submit(job: Job, world: World): Promise<unknown> {
  const submission = job.payload as Submission;
  const bytes = await world.blobs.get(submission.blob);
  if (bytes === undefined)
    throw new AssayError('submission-lost', 'The submitted document is gone from the data directory; submit it again.');
  const name = submission.name ?? submission.repository ?? 'submission';
  const inventory = withEndOfLife(inventoryOfDocument(bytes, name), world.ctx.now());
  const resource = describeResource(inventory, {
    account: job.account,
    region: world.config.region,
    pushedAt: new Date(submission.at),
    ...(submission.repository === undefined ? {} : { repository: submission.repository }),
    ...(submission.tag === undefined ? {} : { tags: [submission.tag] }),
  });
  const { worker: pool, blobs, revisions, ctx, naming } = world;
  return commitInventory({ pool, blobs, revisions, ctx, naming }, { account: job.account, inventory, resource, job });
}

/** An inventory that `assay submit` made, or an SBOM of any tool. */
export function inventoryOfDocument(bytes: Buffer, name: string): Inventory {
  return isInventoryDocument(bytes) ? readInventoryDocument(bytes) : inventoryOfSbom(bytes, name);
}
