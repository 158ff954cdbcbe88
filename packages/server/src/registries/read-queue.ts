import { AssayError } from '@assay/core/errors.ts';
import type { Job } from '../jobs/queue.ts';
import { isWanted } from './inbox.ts';
import { openSource, type RegistryDependencies } from './open-source.ts';
import { readRegistry } from './registry-row.ts';
import { actOn } from './take-events.ts';

/** The job that reads the events which wait for a registry at its provider. */
export const READ_QUEUE = 'registry-queue';
export const READ_QUEUE_LANE = 'registry-queue';

/** Handler of `registry-queue` jobs; the key is the registry. What was acted on is taken from the queue; the rest comes again. */
export async function readQueue(job: Job, deps: RegistryDependencies, signal: AbortSignal): Promise<void> {
  const row = await readRegistry(deps.pool, { account: job.account, id: job.key });
  if (row === undefined || !row.enabled) return;
  const { source, ctx } = await openSource(deps, row, signal);
  if (source.queued === undefined || source.events === undefined) return;
  for await (const { body, done } of source.queued(row.config, ctx)) {
    try {
      const events = source.events(body).filter((event) => isWanted(row, event));
      await actOn(deps, row, events);
    } catch (error) {
      // It would come again for ever.
      if (!(error instanceof AssayError) || error.code !== 'bad-notification') throw error;
      deps.ctx.log.warn('a message in the queue of a registry is no notification', { registry: row.id, error: error.message });
    }
    await done();
  }
}
