import { AssayError } from '@assay/core/errors.ts';
import type { RegistryImage } from '@assay/core/registry.ts';
import type { Credentials } from '@assay/net/oci/credentials.ts';
import type { DescribeImagesCommandOutput, ECRClient, ImageDetail } from '@aws-sdk/client-ecr';
import { AWS_SOURCE_CONFIG, AWS_SOURCE_SECRET, awsError, sdkSourceSettings } from '../../aws.ts';
import { listOf, matching, webAddress } from '../../config.ts';
import type { RegistrySource, SourceConfig, SourceContext } from '../../source.ts';
import { ADDRESS_CONFIG } from '../address.ts';
import { ecrEvents } from './notifications.ts';
import { ecrQueue } from './queue.ts';

const MAX_PAGES = 10_000;

/**
 * Amazon ECR: the registry that an account has in one region. Our own pulls move its pull dates unless `RegisterPullTimeUpdateExclusion` names
 * whoever we read as.
 */
export const ecr: RegistrySource = {
  id: 'ecr',
  config: {
    ...AWS_SOURCE_CONFIG,
    accountId: { about: 'the account that has the registry', required: true, check: matching(/^\d{12}$/, 'an account id of 12 digits') },
    queueUrl: { about: 'of the SQS queue to which EventBridge sends the events of type ECR Image Action', check: webAddress },
    internalHosts: ADDRESS_CONFIG['internalHosts']!,
  },
  secret: AWS_SOURCE_SECRET,
  permissions: [
    ...['ecr:DescribeRepositories', 'ecr:DescribeImages', 'ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    ...['sqs:ReceiveMessage and sqs:DeleteMessage where events come through a queue', 'sts:AssumeRole where a role is taken'],
  ],
  capabilities: () => ({ repositories: true, untagged: true, pushEvents: true, pullEvents: false, pullTimes: true, referrers: true }),
  host: ({ accountId = '', region = '' }) => `${accountId}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
  reach: ({ internalHosts }) => ({ named: listOf(internalHosts) }),
  credentials,
  repositories,
  images,
  events: ecrEvents,
  queued: ecrQueue,
};

/** One for each context: each client takes the role anew, and there are thousands of repositories. */
const clients = new WeakMap<SourceContext, Promise<ECRClient>>();

function clientOf(config: SourceConfig, ctx: SourceContext): Promise<ECRClient> {
  const open = async (): Promise<ECRClient> => {
    const sdk = await import('@aws-sdk/client-ecr');
    return new sdk.ECRClient(sdkSourceSettings(config, ctx));
  };
  const client = clients.get(ctx) ?? open();
  clients.set(ctx, client);
  return client;
}

/** Good for twelve hours. */
async function credentials(config: SourceConfig, ctx: SourceContext): Promise<Credentials> {
  const [{ GetAuthorizationTokenCommand }, client] = await Promise.all([import('@aws-sdk/client-ecr'), clientOf(config, ctx)]);
  const sent = client.send(new GetAuthorizationTokenCommand({}), { abortSignal: ctx.signal });
  const { authorizationData } = await sent.catch((error: unknown) => {
    throw awsError(error, 'log in to ECR');
  });
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString('utf8');
  const colon = token.indexOf(':');
  if (colon < 1)
    throw new AssayError('unauthorized', 'ECR gave no credentials; check the access key and its permission ecr:GetAuthorizationToken.');
  return { kind: 'basic', username: token.slice(0, colon), password: token.slice(colon + 1) };
}

async function* repositories(config: SourceConfig, ctx: SourceContext): AsyncGenerator<string> {
  const [{ DescribeRepositoriesCommand }, client] = await Promise.all([import('@aws-sdk/client-ecr'), clientOf(config, ctx)]);
  const { accountId } = config;
  const pages = allPages('list the repositories of ECR', (nextToken) =>
    client.send(new DescribeRepositoriesCommand({ registryId: accountId, maxResults: 1000, nextToken }), { abortSignal: ctx.signal }),
  );
  for await (const page of pages)
    for (const { repositoryName } of page.repositories ?? []) if (repositoryName !== undefined) yield repositoryName;
}

async function* images(config: SourceConfig, repository: string, ctx: SourceContext): AsyncGenerator<RegistryImage> {
  const [{ DescribeImagesCommand }, client] = await Promise.all([import('@aws-sdk/client-ecr'), clientOf(config, ctx)]);
  const of = { registryId: config['accountId'], repositoryName: repository, maxResults: 1000, filter: { imageStatus: 'ANY' as const } };
  const pages = allPages(`list the images of ${repository}`, (nextToken) =>
    client
      .send(new DescribeImagesCommand({ ...of, nextToken }), { abortSignal: ctx.signal })
      .catch((error: unknown): Partial<DescribeImagesCommandOutput> => {
        // Deleted since repositories were listed.
        if ((error as Error).name === 'RepositoryNotFoundException') return {};
        throw error;
      }),
  );
  const seen = new Set<string>();
  for await (const page of pages) {
    for (const detail of page.imageDetails ?? []) {
      const image = imageOf(detail);
      if (image?.digest === undefined || seen.has(image.digest)) continue;
      seen.add(image.digest);
      yield image;
    }
  }
}

function imageOf(detail: ImageDetail): RegistryImage | undefined {
  const { imageDigest: digest, imageTags = [], imagePushedAt, lastRecordedPullTime, imageManifestMediaType, imageStatus } = detail;
  if (digest === undefined) return undefined;
  return {
    digest,
    tags: [...imageTags].sort(),
    ...(imagePushedAt !== undefined && { pushedAt: imagePushedAt.getTime() }),
    ...(lastRecordedPullTime !== undefined && { pulledAt: lastRecordedPullTime.getTime() }),
    ...(imageManifestMediaType !== undefined && { mediaType: imageManifestMediaType }),
    ...((imageStatus === 'ARCHIVED' || imageStatus === 'ACTIVATING') && { archived: true }),
  };
}

async function* allPages<Page extends { readonly nextToken?: string | undefined }>(
  what: string,
  ask: (nextToken: string | undefined) => Promise<Page>,
): AsyncGenerator<Page> {
  const seen = new Set<string | undefined>();
  for (let token: string | undefined; !seen.has(token) && seen.size < MAX_PAGES; ) {
    seen.add(token);
    const page = await ask(token).catch((error: unknown) => {
      throw awsError(error, what);
    });
    yield page;
    token = page.nextToken;
    if (token === undefined || token === '') return;
  }
  throw new AssayError('bad-answer', `AWS could not ${what}: the list never ends.`);
}
