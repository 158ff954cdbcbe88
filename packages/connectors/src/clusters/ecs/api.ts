import { AssayError } from '@assay/core/errors.ts';
import type { Task } from '@aws-sdk/client-ecs';
import { awsError, sdkSourceSettings } from '../../aws.ts';
import type { SourceConfig, SourceContext } from '../../source.ts';

/** What one account has in one region. */
export interface EcsApi {
  /** ARNs. */
  clusters(): Promise<string[]>;
  tasks(cluster: string, status: 'RUNNING' | 'STOPPED'): Promise<string[]>;
  /** Tasks that are gone meanwhile are left out. */
  describe(cluster: string, tasks: readonly string[]): AsyncIterable<Task>;
  /** Whether a cluster that is no longer listed is gone indeed. */
  isGone(cluster: string): Promise<boolean>;
}

/** Requests a second: the account's other tools share the same allowance. */
const RATE = 5;
const MOST_PAGES = 2000;
const BATCH = 100;

/** `config.region` and `config.roleArn` say where. @throws AssayErrors of `awsError` */
export async function openEcs(config: SourceConfig, ctx: SourceContext): Promise<EcsApi> {
  const sdk = await import('@aws-sdk/client-ecs');
  const client = new sdk.ECSClient({ ...sdkSourceSettings(config, ctx), maxAttempts: 8, retryMode: 'adaptive' });
  const turn = pace(ctx);
  const asked = async <T>(what: string, send: () => Promise<T>): Promise<T> => {
    await turn();
    return await send().catch((error: unknown) => {
      throw awsError(error, what);
    });
  };
  const options = { abortSignal: ctx.signal };
  return {
    clusters: () =>
      allOf('list the clusters of ECS', async (nextToken) => {
        const page = await asked('list the clusters of ECS', () =>
          client.send(new sdk.ListClustersCommand({ maxResults: BATCH, nextToken }), options),
        );
        return { items: page.clusterArns, next: page.nextToken };
      }),
    tasks: (cluster, desiredStatus) =>
      allOf(`list the tasks of ${cluster}`, async (nextToken) => {
        const page = await asked(`list the tasks of ${cluster}`, () =>
          client.send(new sdk.ListTasksCommand({ cluster, desiredStatus, maxResults: BATCH, nextToken }), options),
        );
        return { items: page.taskArns, next: page.nextToken };
      }),
    async *describe(cluster, tasks) {
      for (let at = 0; at < tasks.length; at += BATCH) {
        const batch = tasks.slice(at, at + BATCH);
        const answer = await asked(`describe the tasks of ${cluster}`, () =>
          client.send(new sdk.DescribeTasksCommand({ cluster, tasks: batch }), options),
        );
        yield* answer.tasks ?? [];
      }
    },
    async isGone(cluster) {
      const answer = await asked(`describe ${cluster}`, () =>
        client.send(new sdk.DescribeClustersCommand({ clusters: [cluster] }), options),
      );
      const missing = (answer.failures ?? []).some(({ arn, reason }) => arn === cluster && reason === 'MISSING');
      return missing || (answer.clusters ?? []).some(({ clusterArn, status }) => clusterArn === cluster && status === 'INACTIVE');
    },
  };
}

interface Page {
  readonly items: readonly string[] | undefined;
  readonly next: string | undefined;
}

async function allOf(what: string, ask: (token: string | undefined) => Promise<Page>): Promise<string[]> {
  const found = new Set<string>();
  const seen = new Set<string>();
  for (let token: string | undefined; seen.size < MOST_PAGES; ) {
    const { items, next } = await ask(token);
    // The SDK reads any JSON, and what is no answer of ECS must not look like an empty account.
    if (!Array.isArray(items)) throw new AssayError('bad-answer', `AWS could not ${what}: what answers there is not ECS.`);
    for (const item of items) if (item.length <= 2048) found.add(item);
    if (next === undefined || next === '') return [...found];
    if (seen.has(next)) break;
    seen.add(next);
    token = next;
  }
  throw new AssayError('bad-answer', `AWS could not ${what}: the list never ends.`);
}

/** One after another, evenly, however many ask. */
function pace({ now, sleep, signal }: SourceContext): () => Promise<void> {
  let next = 0;
  return async () => {
    const at = Math.max(now(), next);
    next = at + 1000 / RATE;
    if (at > now()) await sleep(at - now(), signal);
  };
}
