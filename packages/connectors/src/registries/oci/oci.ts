import { AssayError } from '@assay/core/errors.ts';
import type { RegistryImage } from '@assay/core/registry.ts';
import type { Credentials } from '@assay/net/oci/credentials.ts';
import { listRepositories } from '@assay/net/oci/listing.ts';
import { isRepositoryName, parseReference, requireReference } from '@assay/net/oci/reference.ts';
import { openRegistry, type RegistryClient } from '@assay/net/oci/registry-client.ts';
import { hostName, listOf, oneOf } from '../../config.ts';
import { inParallel } from '../../parallel.ts';
import { apiHost, registryAccess } from '../../registry-access.ts';
import type { RegistrySource, SourceConfig, SourceContext } from '../../source.ts';
import { distributionEvents } from './notifications.ts';
import { PRODUCTS } from './products.ts';

/** Requests for tags at the same time; the fetcher's own limit per host is below it when the host is busy. */
const AT_ONCE = 8;

/** Any registry of the OCI distribution specification. */
export const oci: RegistrySource = {
  id: 'oci',
  config: {
    url: {
      about: 'the registry: registry.example, https://registry.example:5000, http:// where nothing is encrypted',
      required: true,
      check: registryUrl,
    },
    product: {
      about: `what it is, for what it can tell: ${Object.keys(PRODUCTS).join(', ')}; default distribution`,
      check: oneOf(...Object.keys(PRODUCTS)),
    },
    username: { about: 'who reads; without one the secret is sent as a bearer token' },
    repositories: { about: 'names of repositories, where the registry does not list them: team/app, team/web', check: repositoryNames },
    tokenServers: { about: 'hosts beside the registry that give tokens and may see the password', check: hosts },
    internalHosts: { about: 'hosts that the registry sends to and that may be internal: its store', check: hosts },
  },
  secret: { about: 'the password or token' },
  permissions: ['pull', 'registry:catalog:* where repositories shall be listed'],
  capabilities: ({ product = 'distribution', repositories = '' }) => {
    const { repositories: lists, ...told } = PRODUCTS[product] ?? PRODUCTS['distribution']!;
    return { ...told, repositories: lists && repositories === '', untagged: false, pullTimes: false, referrers: true };
  },
  host: (config) => registryOf(config).name,
  reach: (config) => {
    const { scheme } = registryOf(config);
    return {
      ...(scheme === undefined ? {} : { scheme, insecure: scheme === 'http' }),
      trustedRealms: listOf(config['tokenServers']),
      named: listOf(config['internalHosts']),
    };
  },
  credentials: async ({ username = '' }, { secret }): Promise<Credentials | undefined> => {
    if (secret === '') return undefined;
    return username === '' ? { kind: 'registry-token', token: secret } : { kind: 'basic', username, password: secret };
  },
  async *repositories(config, ctx) {
    const named = listOf(config['repositories']);
    const { name } = registryOf(config);
    if (named.length > 0) yield* new Set(named.map((repository) => requireReference(`${name}/${repository}`).repository));
    else yield* listRepositories(apiHost(name), registryAccess(oci, config, ctx));
  },
  images,
  events: distributionEvents,
};

async function* images(config: SourceConfig, repository: string, ctx: SourceContext): AsyncGenerator<RegistryImage> {
  const reference = requireReference(`${registryOf(config).name}/${repository}`);
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
    if (isNamed || !(error instanceof AssayError) || error.code !== 'unlistable') throw error;
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

interface Registry {
  /** As references write it. */
  readonly name: string;
  readonly scheme?: 'http' | 'https';
}

function registryOf(config: SourceConfig): Registry {
  const found = readUrl(config['url'] ?? '');
  if (found === undefined)
    throw new AssayError('bad-config', 'The address of the registry cannot be used; write it like registry.example:5000.');
  return found;
}

function readUrl(text: string): Registry | undefined {
  const [, scheme, host = ''] = /^(?:(https?):\/\/)?([^/]+)\/?$/.exec(text) ?? [];
  const reference = parseReference(`${host}/any/any`);
  // One label without a port reads as a repository of Docker Hub.
  if (reference === undefined || reference.repository !== 'any/any') return undefined;
  return { name: reference.registry, ...(scheme === undefined ? {} : { scheme: scheme as 'http' | 'https' }) };
}

function registryUrl(text: string): string | undefined {
  return readUrl(text) === undefined
    ? 'must be a host with a dot or a port, like registry.example or https://registry.example:5000'
    : undefined;
}

function repositoryNames(text: string): string | undefined {
  return listOf(text).every(isRepositoryName) ? undefined : 'must be names of repositories like team/app, separated by commas';
}

function hosts(text: string): string | undefined {
  return listOf(text).every((host) => hostName(host) === undefined) ? undefined : 'must be hosts separated by commas';
}
