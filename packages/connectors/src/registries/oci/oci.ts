import { AssayError } from '@assay/core/errors.ts';
import type { RegistryImage } from '@assay/core/registry.ts';
import type { Credentials } from '@assay/net/oci/credentials.ts';
import { listRepositories } from '@assay/net/oci/listing.ts';
import { isRepositoryName, requireReference } from '@assay/net/oci/reference.ts';
import { openRegistry, type RegistryClient } from '@assay/net/oci/registry-client.ts';
import { listOf, oneOf } from '../../config.ts';
import { inParallel } from '../../parallel.ts';
import { apiHost, registryAccess } from '../../registry-access.ts';
import type { RegistrySource, SourceConfig, SourceContext } from '../../source.ts';
import { ADDRESS_CONFIG, addressOf, reachOf } from '../address.ts';
import { distributionEvents } from './notifications.ts';
import { PRODUCTS, productOf } from './products.ts';

/** Requests for tags at the same time; the fetcher's own limit per host is below it when the host is busy. */
const AT_ONCE = 8;

/** Any registry of the OCI distribution specification. */
export const oci: RegistrySource = {
  id: 'oci',
  config: {
    ...ADDRESS_CONFIG,
    product: {
      about: `what it is, for what it can tell: ${Object.keys(PRODUCTS).join(', ')}; default what its host is known for, else distribution`,
      check: oneOf(...Object.keys(PRODUCTS)),
    },
    username: { about: 'who reads; without one the secret is sent as a bearer token' },
    repositories: { about: 'names of repositories, where the registry does not list them: team/app, team/web', check: repositoryNames },
  },
  secret: { about: 'the password or token' },
  permissions: ['pull', 'registry:catalog:* where repositories shall be listed'],
  capabilities: (config) => {
    const { repositories, ...told } = knownOf(config);
    const isNamed = listOf(config['repositories']).length > 0;
    return { ...told, repositories: repositories && !isNamed, untagged: false, pullTimes: false, referrers: true };
  },
  host: (config) => addressOf(config).host,
  reach: reachOf,
  credentials: async ({ username = '' }, { secret }): Promise<Credentials | undefined> => {
    if (secret === '') return undefined;
    return username === '' ? { kind: 'registry-token', token: secret } : { kind: 'basic', username, password: secret };
  },
  repositories,
  images,
  events: distributionEvents,
};

function knownOf({ url = '', product }: SourceConfig): ReturnType<typeof productOf> {
  return productOf(product === '' ? undefined : product, url === '' ? '' : addressOf({ url }).host);
}

async function* repositories(config: SourceConfig, ctx: SourceContext): AsyncGenerator<string> {
  const named = listOf(config['repositories']);
  const { host } = addressOf(config);
  if (named.length > 0) yield* new Set(named.map((repository) => requireReference(`${host}/${repository}`).repository));
  else if (knownOf(config).repositories) yield* listRepositories(apiHost(host), registryAccess(oci, config, ctx));
  else throw new AssayError('unlistable', `${host} does not list its repositories; name them in the setting repositories.`);
}

async function* images(config: SourceConfig, repository: string, ctx: SourceContext): AsyncGenerator<RegistryImage> {
  const reference = requireReference(`${addressOf(config).host}/${repository}`);
  const client = openRegistry(reference, registryAccess(oci, config, ctx));
  const isNamed = listOf(config['repositories']).length > 0;
  const tagsOf = new Map<string, string[]>();
  const unclear: string[] = [];
  let problem: unknown;
  for await (const { tag, digest, error } of inParallel(AT_ONCE, tagNames(client, isNamed), (tag) => meaningOf(client, tag))) {
    if (error !== undefined) {
      problem = error;
      unclear.push(tag);
    } else if (digest !== undefined) tagsOf.set(digest, [...(tagsOf.get(digest) ?? []), tag]);
  }
  if (tagsOf.size === 0 && problem !== undefined) throw problem;
  for (const [digest, tags] of tagsOf) yield { digest, tags: tags.sort() };
  for (const tag of unclear) yield { tags: [tag] };
}

/** A list of repositories may still hold one that is gone, but what somebody named by hand may be a mistake or hidden from us. */
async function* tagNames(client: RegistryClient, isNamed: boolean): AsyncGenerator<string> {
  try {
    yield* client.tags();
  } catch (error) {
    if (isNamed || !(error instanceof AssayError) || error.code !== 'unknown-name') throw error;
  }
}

interface Meaning {
  readonly tag: string;
  readonly digest?: string | undefined;
  readonly error?: AssayError;
}

/** One damaged manifest, at which distribution answers 500, does not hide the rest. */
async function meaningOf(client: RegistryClient, tag: string): Promise<Meaning> {
  try {
    return { tag, digest: await client.digestOf(tag) };
  } catch (error) {
    if (error instanceof AssayError && (error.code === 'registry' || error.code === 'unsupported-manifest')) return { tag, error };
    throw error;
  }
}

function repositoryNames(text: string): string | undefined {
  return listOf(text).every(isRepositoryName) ? undefined : 'must be names of repositories like team/app, separated by commas';
}
