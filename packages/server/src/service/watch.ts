import { keepAudit } from '../audit/retention.ts';
import { queueSweeps } from '../due/policy.ts';
import { queueSweeps as queueEligibility } from '../eligibility/sweep.ts';
import { keepFindings } from '../findings/retention.ts';
import { fillDays, lastEndedDay } from '../findings/trend/days.ts';
import { collectGarbage } from '../inventories/collect.ts';
import { markOutdated } from '../inventories/outdated.ts';
import { requestDueCrawls, requestQueues } from '../registries/due-crawls.ts';
import { endSilent } from '../running/end-silent.ts';
import { keepRunning } from '../running/keep.ts';
import { countHour, foldUsage } from '../usage/usage.ts';
import { prepareLooks } from './first-looks.ts';
import type { World } from './world.ts';

/** How often the advisory pointer is read: `assay db update` beside a running service is seen within this. */
const POINTER_MS = 3_000;
/** How often the service looks again at its own machine, and makes the partitions of the coming months and stores the days that ended. */
const ROUND_MS = 6 * 3_600_000;
/** How often it is asked whether the present hour of what runs was counted, and which images are no longer monitored. */
const HOUR_MS = 10 * 60_000;

/** How often it is asked which registries are to be crawled again, and which queues to be read: a push is to be seen within seconds. */
const CRAWLS_MS = 5_000;

/** Notices new advisory databases and makes them current, for as long as the service runs. */
export function startWatching(world: World): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const stopping = new AbortController();
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = publish(world).finally(() => {
      busy = false;
    });
  }, POINTER_MS);
  const rounds = setInterval(() => void makeRound(world, stopping.signal), ROUND_MS);
  const hours = setInterval(() => {
    void eachHour(world);
    void makeRound(world, stopping.signal, ['monitored images']);
  }, HOUR_MS);
  const crawls = setInterval(() => void requestCrawls(world), CRAWLS_MS);
  const marking = markChanged(world);
  // Until the days that ended are stored, every look at a trend counts them again.
  void makeRound(world, stopping.signal, ['trends']);
  return {
    async stop() {
      stopping.abort();
      await marking;
      clearInterval(timer);
      clearInterval(hours);
      clearInterval(crawls);
      clearInterval(rounds);
      await running;
    },
  };
}

async function publish({ revisions, worker, ctx }: World): Promise<void> {
  try {
    const published = await revisions.publishInstalled(worker);
    if (published?.older === true)
      ctx.log.warn('the installed advisories are older than those in use and were not taken; see db import --rollback');
    if (published?.changed === true) ctx.log.info('advisories advanced', { revision: published.id });
  } catch (error) {
    ctx.log.warn('new advisories could not be published', { error: (error as Error).message });
  }
}

/** An upgrade brings other catalogers: images that the older ones read wait for a new look. */
async function markChanged({ worker, ctx }: World): Promise<void> {
  try {
    const { catalogers } = await import('@assay/scan/catalogers.ts');
    const marked = await markOutdated(worker, Object.fromEntries(catalogers.map(({ id, version }) => [id, version])));
    if (marked > 0) ctx.log.info('images wait for a look by the present catalogers', { images: marked });
  } catch (error) {
    ctx.log.warn('images of older catalogers could not be marked', { error: (error as Error).message });
  }
}

const ROUND = {
  'partitions of events': ({ worker }: World) => worker.query('select create_event_partitions(3)'),
  'audit records': ({ worker, config }: World) => keepAudit(worker, config.auditDays),
  'closed findings': ({ worker, config, ctx }: World) => keepFindings(worker, config.closedDays, new Date(ctx.now())),
  async 'silent clusters'({ worker, config, ctx }: World) {
    const ended = await endSilent(worker, config.clusterDays, new Date(ctx.now()));
    if (ended > 0) ctx.log.info('clusters that were not heard for long count as removed', { clusters: ended, days: config.clusterDays });
  },
  usage: ({ worker }: World) => foldUsage(worker),
  trends: async ({ worker }: World) => fillDays(worker, await lastEndedDay(worker)),
  looks: prepareLooks,
  'monitored images': ({ worker }: World) => queueEligibility(worker),
  'due dates': ({ worker }: World) => queueSweeps(worker),
  async 'unused inventories and blobs'({ worker, blobs, ctx }: World) {
    const collected = await collectGarbage(worker, blobs, ctx.now());
    ctx.log.info('unused inventories and blobs removed', { ...collected });
  },
};

/** One part that fails keeps none of the others from being done. */
async function makeRound(world: World, signal: AbortSignal, parts = Object.keys(ROUND) as (keyof typeof ROUND)[]): Promise<void> {
  for (const part of parts) {
    if (signal.aborted) return;
    try {
      await ROUND[part](world);
    } catch (error) {
      world.ctx.log.warn('a part of the regular round failed; the next round tries again', { part, error: (error as Error).message });
    }
  }
}

/** Asked more often than once an hour, so that none is left out. */
async function eachHour({ worker: pool, naming, ctx }: World): Promise<void> {
  const parts = { usage: () => countHour(pool), 'what runs': () => keepRunning({ pool, naming, now: ctx.now }) };
  for (const [part, count] of Object.entries(parts)) {
    await count().catch((error: Error) => ctx.log.warn('this hour could not be counted yet', { part, error: error.message }));
  }
}

async function requestCrawls({ worker, ctx }: World): Promise<void> {
  try {
    const now = new Date(ctx.now());
    await requestDueCrawls(worker, now);
    await requestQueues(worker, now);
  } catch (error) {
    ctx.log.warn('registries could not be asked for yet', { error: (error as Error).message });
  }
}
