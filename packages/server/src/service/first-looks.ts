import { enqueue } from '../jobs/queue.ts';
import { removeSample } from '../resources/remove.ts';
import { LOOK, type Look, lookedBy } from './look-lanes.ts';
import type { World } from './world.ts';

/** The sample was removed by somebody: it does not come back by itself. */
const REMOVED = 'sampleRemoved';

/** Queues what this service looks at by itself; the same look twice in the queue is one. */
export async function prepareLooks(world: World): Promise<void> {
  const { config, worker } = world;
  const looks: Look[] = [];
  if (!config.sample) await removeSample(worker, config.account);
  else if (!(await sampleRemoved(world))) looks.push('sample');
  if (config.firstLook) looks.push('host', 'checkout');
  for (const [order, place] of looks.entries()) {
    await enqueue(worker, { account: config.account, kind: LOOK, ...lookedBy(place), priority: -order, payload: {} });
  }
}

async function sampleRemoved({ worker, config }: World): Promise<boolean> {
  const { rows } = await worker.query<{ removed: boolean }>(
    `select coalesce((settings->>'${REMOVED}')::boolean, false) as removed from account where account = $1`,
    [config.account],
  );
  return rows[0]?.removed === true;
}
