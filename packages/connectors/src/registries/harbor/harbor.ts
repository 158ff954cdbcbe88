import { AssayError } from '@assay/core/errors.ts';
import { isObject, type JsonObject } from '@assay/core/json.ts';
import type { RegistryImage } from '@assay/core/registry.ts';
import { isDigest, isRepositoryName, isTagName } from '@assay/net/oci/reference.ts';
import { listOf } from '../../config.ts';
import type { RegistrySource, SourceConfig, SourceContext } from '../../source.ts';
import { ADDRESS_CONFIG, addressOf, reachOf } from '../address.ts';
import { harborEvents } from './notifications.ts';
import { harborList } from './pages.ts';

/** Harbor, whose own interface (`/api/v2.0`) tells more than the registry protocol: manifests without tags, and when they came and went. */
export const harbor: RegistrySource = {
  id: 'harbor',
  config: {
    ...ADDRESS_CONFIG,
    username: { about: 'a robot account of its own, so that our pulls can be told from others: robot$assay' },
    projects: { about: 'names of projects; default all that the account may see', check: projectNames },
  },
  secret: { about: 'the secret of the robot account' },
  permissions: [
    'repository:list',
    'repository:pull',
    'artifact:list',
    'artifact:read',
    'tag:list',
    'project:list unless projects are named',
  ],
  capabilities: () => ({ repositories: true, untagged: true, pushEvents: true, pullEvents: true, pullTimes: true, referrers: true }),
  host: (config) => addressOf(config).host,
  reach: reachOf,
  credentials: async ({ username = '' }, { secret }) =>
    secret === '' || username === '' ? undefined : { kind: 'basic', username, password: secret },
  repositories,
  images,
  events: harborEvents,
};

async function* repositories(config: SourceConfig, ctx: SourceContext): AsyncGenerator<string> {
  const named = listOf(config['projects']);
  for await (const project of named.length > 0 ? named : projectsOf(config, ctx)) {
    const path = `/projects/${encodeURIComponent(project)}/repositories`;
    for await (const { name } of harborList({ config, ctx, path, key: 'name' })) {
      if (isRepositoryName(String(name))) yield String(name);
    }
  }
}

async function* projectsOf(config: SourceConfig, ctx: SourceContext): AsyncGenerator<string> {
  for await (const { name } of harborList({ config, ctx, path: '/projects', key: 'name' })) yield String(name);
}

async function* images(config: SourceConfig, repository: string, ctx: SourceContext): AsyncGenerator<RegistryImage> {
  const slash = repository.indexOf('/');
  if (slash < 1) throw new AssayError('bad-config', `Harbor has no repository ${repository}; its repositories are named project/name.`);
  const project = encodeURIComponent(repository.slice(0, slash));
  // Its router decodes once before it looks for the slashes of the path.
  const name = encodeURIComponent(encodeURIComponent(repository.slice(slash + 1)));
  const path = `/projects/${project}/repositories/${name}/artifacts`;
  for await (const artifact of harborList({ config, ctx, path, key: 'digest' })) {
    const image = imageOf(artifact);
    if (image !== undefined) yield image;
  }
}

function imageOf({ digest, tags, push_time, pull_time, manifest_media_type }: JsonObject): RegistryImage | undefined {
  if (typeof digest !== 'string' || !isDigest(digest)) return undefined;
  const pushedAt = timeOf(push_time);
  const pulledAt = timeOf(pull_time);
  return {
    digest,
    tags: (Array.isArray(tags) ? tags : [])
      .flatMap((tag) => (isObject(tag) && isTagName(String(tag['name'])) ? [String(tag['name'])] : []))
      .sort(),
    ...(pushedAt !== undefined && { pushedAt }),
    ...(pulledAt !== undefined && { pulledAt }),
    ...(typeof manifest_media_type === 'string' && { mediaType: manifest_media_type }),
  };
}

/** What never happened was on the first day of year 1. */
function timeOf(text: unknown): number | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return time > 0 ? time : undefined;
}

function projectNames(text: string): string | undefined {
  return listOf(text).every((name) => /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name))
    ? undefined
    : 'must be names of projects separated by commas';
}
