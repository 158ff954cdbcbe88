import { rematchResources } from '../findings/write/rematch.ts';
import type { Job } from '../jobs/queue.ts';
import type { Rescan } from './scan-request.ts';
import type { World } from './world.ts';

/** Handler of `rescan` jobs: decides the findings of a resource anew from what is stored of it, since its source cannot be reached from here. */
export async function rescan(job: Job, world: World, signal: AbortSignal): Promise<unknown> {
  const { resource, arn } = job.payload as Rescan;
  const { worker: pool, revisions, naming, ctx } = world;
  const request = { account: job.account, resources: [resource], fence: job.fence, actor: 'scan' };
  return { arn, resource, findings: await rematchResources({ pool, revisions, naming, ctx: { ...ctx, signal } }, request) };
}
