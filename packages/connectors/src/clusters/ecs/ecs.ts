import { AssayError } from '@assay/core/errors.ts';
import type { ClusterReport } from '@assay/core/running.ts';
import { AWS_CONFIG, AWS_IDENTITY, AWS_SOURCE_SECRET } from '../../aws.ts';
import { openQueue } from '../../aws-queue.ts';
import { listOf, matching, webAddress } from '../../config.ts';
import type { ClusterSource, SourceConfig, SourceContext } from '../../source.ts';
import { merged } from '../merged.ts';
import { Bell, backoff } from '../pauses.ts';
import { openEcs } from './api.ts';
import { EcsClusters } from './clusters.ts';
import { readTaskEvent } from './events.ts';

const REGION = '[a-z]{2,}(-[a-z]+)+-\\d+';
const ROLE = 'arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=.@/-]{1,512}';
const oneOrMore = (one: string): RegExp => new RegExp(`^${one}(\\s*,\\s*${one}){0,199}$`);

/** Amazon ECS: the tasks of all clusters in one or more accounts and regions. */
export const ecs: ClusterSource = {
  id: 'ecs',
  config: {
    regions: { about: 'the regions, separated by commas', required: true, check: matching(oneOrMore(REGION), 'like us-east-1, eu-west-1') },
    ...AWS_IDENTITY,
    roles: {
      about: 'roles to take, one for each account to read, separated by commas; without them our own account is read',
      check: matching(oneOrMore(ROLE), 'like arn:aws:iam::123456789012:role/assay'),
    },
    externalId: { about: 'the external id that the roles ask for', check: matching(/^[\w+=,.@:/-]{2,1224}$/, 'an external id') },
    pollSeconds: { about: 'pause between two looks, 15 to 120, default 60', check: pollSeconds },
    queueUrl: { about: 'of the SQS queue to which EventBridge sends the events of type ECS Task State Change', check: webAddress },
    endpoint: AWS_CONFIG['endpoint']!,
  },
  secret: AWS_SOURCE_SECRET,
  permissions: [
    ...['ecs:ListClusters', 'ecs:DescribeClusters', 'ecs:ListTasks', 'ecs:DescribeTasks', 'sts:AssumeRole where roles are taken'],
    'sqs:ReceiveMessage and sqs:DeleteMessage where events come through a queue',
  ],
  async *watch(config, ctx) {
    const troubles: Troubles = new Map();
    const places = placesOf(config).map((place): Watched => ({ place, bell: new Bell(), clusters: undefined }));
    const alone = places.length === 1;
    const { queueUrl = '' } = config;
    yield* merged([
      ...places.map((watched) => watchPlace({ watched, troubles, alone }, config, ctx)),
      ...(queueUrl === '' ? [] : [hearTasks({ queueUrl, places, troubles }, config, ctx)]),
    ]);
  },
};

function pollSeconds(text: string): string | undefined {
  return /^\d{2,4}$/.test(text) && Number(text) >= 15 && Number(text) <= 120 ? undefined : 'must be a number of seconds from 15 to 120';
}

interface Place {
  readonly region: string;
  readonly roleArn?: string;
}
/** Why places cannot be seen, or events not be heard. */
type Troubles = Map<Place | 'events', string>;

interface Watched {
  readonly place: Place;
  /** Rings when events changed something. */
  readonly bell: Bell;
  /** Once there is a way in. */
  clusters: EcsClusters | undefined;
}

function placesOf(config: SourceConfig): Place[] {
  const roles = listOf(config['roles']);
  return listOf(config['regions']).flatMap((region): Place[] =>
    roles.length === 0 ? [{ region }] : roles.map((roleArn) => ({ region, roleArn })),
  );
}

function periodOf(config: SourceConfig): number {
  return Number(config['pollSeconds'] ?? 60) * 1000;
}

/** One account in one region. What is wrong with one of many is told with the clusters of the others; what is wrong with the only one is thrown. */
async function* watchPlace(
  { watched, troubles, alone }: { readonly watched: Watched; readonly troubles: Troubles; readonly alone: boolean },
  config: SourceConfig,
  ctx: SourceContext,
): AsyncGenerator<ClusterReport> {
  const { place, bell } = watched;
  const clusters = new EcsClusters(await openEcs({ ...config, ...place }, ctx), ctx);
  watched.clusters = clusters;
  for (let failures = 0, seen = false; !ctx.signal.aborted; ) {
    const began = ctx.now();
    try {
      yield* clusters.look(() => [...troubles.values()]);
      troubles.delete(place);
      seen = true;
      failures = 0;
    } catch (error) {
      if (ctx.signal.aborted) return;
      if (!(error instanceof AssayError) || (alone && (!seen || error.code === 'unauthorized'))) throw error;
      failures++;
      troubles.set(place, `${place.roleArn ?? 'The account'} in ${place.region}: ${error.message}`);
      ctx.log.warn('clusters of ECS cannot be seen; they are tried again', { ...place, error: error.message });
    }
    const until = failures > 0 ? ctx.now() + Math.max(periodOf(config), backoff(failures, ctx)) : began + periodOf(config);
    do {
      const rang = await bell.wait(until - ctx.now(), ctx);
      // Events of a place that cannot be looked at would say that it is seen.
      if (failures === 0) yield* clusters.heard();
      if (!rang) break;
    } while (ctx.now() < until && !ctx.signal.aborted);
  }
}

/** Milliseconds that an empty queue takes to say so. */
const LEAST_WAIT = 1000;

interface Hearing {
  readonly queueUrl: string;
  readonly places: readonly Watched[];
  readonly troubles: Troubles;
}

/** Events make looks sooner known, never needless: they get lost, and tell nothing of what was there before. */
async function* hearTasks({ queueUrl, places, troubles }: Hearing, config: SourceConfig, ctx: SourceContext): AsyncGenerator<never> {
  const region = places[0]?.place.region ?? '';
  const queue = await openQueue(queueUrl, { ...config, region }, ctx);
  for (let failures = 0; !ctx.signal.aborted; ) {
    try {
      const asked = ctx.now();
      const messages = await queue.receive();
      for (const { body } of messages) tell(body, places, ctx);
      await queue.done(messages);
      troubles.delete('events');
      failures = 0;
      // What answers at once that there is nothing is no queue that waits.
      if (messages.length === 0 && ctx.now() - asked < LEAST_WAIT) await ctx.sleep(LEAST_WAIT, ctx.signal).catch(() => {});
    } catch (error) {
      if (ctx.signal.aborted) return;
      if (!(error instanceof AssayError)) throw error;
      troubles.set('events', `Changes are seen every ${periodOf(config) / 1000} s only, since events do not come: ${error.message}`);
      await ctx.sleep(backoff(++failures, ctx), ctx.signal).catch(() => {});
    }
  }
}

function tell(body: Buffer, places: readonly Watched[], { log }: SourceContext): void {
  try {
    const heard = readTaskEvent(body);
    if (heard === undefined) return;
    for (const { clusters, bell } of places) if (clusters?.hear(heard) === true) bell.ring();
  } catch (error) {
    log.debug('an event is left out', { error: (error as Error).message });
  }
}
