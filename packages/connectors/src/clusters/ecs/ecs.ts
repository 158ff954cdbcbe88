import { AssayError } from '@assay/core/errors.ts';
import type { ClusterReport } from '@assay/core/running.ts';
import { AWS_CONFIG, AWS_IDENTITY, AWS_SOURCE_SECRET } from '../../aws.ts';
import { listOf, matching } from '../../config.ts';
import type { ClusterSource, SourceConfig, SourceContext } from '../../source.ts';
import { merged } from '../merged.ts';
import { Bell, backoff } from '../pauses.ts';
import { openEcs } from './api.ts';
import { EcsClusters } from './clusters.ts';

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
    endpoint: AWS_CONFIG['endpoint']!,
  },
  secret: AWS_SOURCE_SECRET,
  permissions: ['ecs:ListClusters', 'ecs:DescribeClusters', 'ecs:ListTasks', 'ecs:DescribeTasks', 'sts:AssumeRole where roles are taken'],
  async *watch(config, ctx) {
    const troubles: Troubles = new Map();
    const places = placesOf(config);
    yield* merged(places.map((place) => watchPlace({ place, troubles, alone: places.length === 1 }, config, ctx)));
  },
};

function pollSeconds(text: string): string | undefined {
  return /^\d{2,4}$/.test(text) && Number(text) >= 15 && Number(text) <= 120 ? undefined : 'must be a number of seconds from 15 to 120';
}

interface Place {
  readonly region: string;
  readonly roleArn?: string;
}
/** Why places cannot be seen. */
type Troubles = Map<Place, string>;

function placesOf(config: SourceConfig): Place[] {
  const roles = listOf(config['roles']);
  return listOf(config['regions']).flatMap((region): Place[] =>
    roles.length === 0 ? [{ region }] : roles.map((roleArn) => ({ region, roleArn })),
  );
}

/** One account in one region. What is wrong with one of many is told with the clusters of the others; what is wrong with the only one is thrown. */
async function* watchPlace(
  { place, troubles, alone }: { readonly place: Place; readonly troubles: Troubles; readonly alone: boolean },
  config: SourceConfig,
  ctx: SourceContext,
): AsyncGenerator<ClusterReport> {
  const clusters = new EcsClusters(await openEcs({ ...config, ...place }, ctx), ctx);
  const bell = new Bell();
  const every = Number(config['pollSeconds'] ?? 60) * 1000;
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
    await bell.wait(failures > 0 ? Math.max(every, backoff(failures, ctx)) : every - (ctx.now() - began), ctx);
  }
}
