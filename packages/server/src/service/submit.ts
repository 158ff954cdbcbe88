import { AssayError } from '@assay/core/errors.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { withEndOfLife } from '@assay/engine/end-of-life.ts';
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
  const { worker: pool, blobs, revisions, ctx } = world;
  return commitInventory({ pool, blobs, revisions, ctx }, { account: job.account, inventory, resource, job });
}

/** What `assay submit` sends of a target it scanned itself; anything else is an SBOM of some tool. */
interface InventoryDocument {
  readonly assayInventory: 1;
  readonly inventory: Inventory;
}

export function inventoryOfDocument(bytes: Buffer, name: string): Inventory {
  if (bytes.subarray(0, 64).includes('"assayInventory"')) {
    const document = JSON.parse(bytes.toString('utf8')) as InventoryDocument;
    const { inventory } = document;
    if (
      document.assayInventory !== 1 ||
      !Array.isArray(inventory?.packages) ||
      !Array.isArray(inventory.gaps) ||
      inventory.subject === undefined
    ) {
      throw new AssayError('submission-format', 'The document is not an Assay inventory of a version that this server reads.');
    }
    return inventory;
  }
  return inventoryOfSbom(bytes, name);
}
