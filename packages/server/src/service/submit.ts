import { AssayError } from '@assay/core/errors.ts';
import { withEndOfLife } from '@assay/engine/end-of-life.ts';
import { readDocumentApart } from '@assay/engine/read-document-apart.ts';
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
  const inventory = withEndOfLife(await readDocumentApart(bytes, name), world.ctx.now());
  const resource = describeResource(inventory, {
    account: job.account,
    region: world.config.region,
    pushedAt: new Date(submission.at),
    ...(submission.repository === undefined ? {} : { repository: submission.repository }),
    ...(submission.platform === undefined ? {} : { platform: submission.platform }),
    ...(submission.tag === undefined ? {} : { tags: [submission.tag] }),
  });
  const { worker: pool, blobs, revisions, ctx, naming } = world;
  return commitInventory(
    { pool, blobs, revisions, ctx, naming },
    { account: job.account, inventory, resource, job, observedAt: new Date(submission.at) },
  );
}
