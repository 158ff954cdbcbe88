import { platformText } from '@assay/core/platform.ts';
import { MANIFEST_KIND } from '@assay/core/registry.ts';
import type { RegistryClient } from '@assay/net/oci/registry-client.ts';
import {
  type Descriptor,
  type ImageConfig,
  isAttestation,
  MAX_CONFIG_BYTES,
  parseConfig,
  parseManifest,
} from '@assay/scan/source/manifest.ts';
import type { Queryable } from '../jobs/queue.ts';
import type { RepositoryPlace } from './take-listing.ts';

/** What the bytes of a digest say: a row of `manifest`. */
export interface ManifestRow {
  readonly digest: string;
  readonly kind: number;
  readonly mediaType: string;
  readonly config: string | null;
  /** Of an image: `linux/arm64/v8`. */
  readonly platform: string;
  readonly osVersion: string | null;
  readonly artifactType: string | null;
  readonly subject: string | null;
  /** Of all layers. */
  readonly size: number;
}

export interface IndexChild {
  readonly child: string;
  readonly platform: string;
  readonly osVersion: string | null;
}

export interface Graph {
  readonly manifest: ManifestRow;
  /** Of an index, attestations left out. */
  readonly children: readonly IndexChild[];
}

const COLUMNS = `digest, kind, media_type as "mediaType", config, platform, os_version as "osVersion", artifact_type as "artifactType", subject, size`;

/** Where a digest is looked for; without a repository, in all that the account has read: the index that names it was. */
export type Known = Pick<RepositoryPlace, 'account'> & Partial<RepositoryPlace> & { readonly digest: string };

/**
 * What a digest is: what was read of it there before, else what the registry says of it now, which is stored. That another account has it
 * says nothing here. @throws the client's AssayErrors, `unsupported-manifest`
 */
export async function learn(db: Queryable, at: Known, client: RegistryClient): Promise<Graph> {
  const { digest } = at;
  const known = await readGraph(db, at);
  if (known !== undefined) return known;
  const graph = await fetchGraph(client, digest);
  await storeGraph(db, graph);
  return graph;
}

async function readGraph(db: Queryable, at: Known): Promise<Graph | undefined> {
  const { account, registry, repository, digest } = at;
  const { rows } = await db.query<ManifestRow>(
    `select ${COLUMNS} from manifest where digest = $1 and exists (select from repo_manifest m where m.account = $2
       and ($3::text is null or m.registry = $3) and ($4::text is null or m.repository = $4) and m.digest = $1 and m.read_at is not null and m.deleted_at is null)`,
    [digest, account, registry ?? null, repository ?? null],
  );
  const manifest = rows[0];
  if (manifest === undefined) return undefined;
  const children = await db.query<IndexChild>(
    'select child, platform, os_version as "osVersion" from index_child where index = $1 order by child',
    [digest],
  );
  return { manifest, children: children.rows };
}

async function fetchGraph(client: RegistryClient, digest: string): Promise<Graph> {
  const { bytes, mediaType } = await client.manifest(digest);
  const none = {
    digest,
    mediaType: mediaType.slice(0, 255),
    config: null,
    platform: '',
    osVersion: null,
    artifactType: null,
    subject: null,
    size: 0,
  };
  const document = parseManifest(bytes, digest);
  switch (document.kind) {
    case 'index':
      return { manifest: { ...none, kind: MANIFEST_KIND.INDEX }, children: childrenOf(document.manifests) };
    case 'schema1':
      return { manifest: { ...none, kind: MANIFEST_KIND.IMAGE }, children: [] };
    case 'artifact':
      return {
        manifest: { ...none, kind: MANIFEST_KIND.ARTIFACT, artifactType: document.type, subject: document.subject ?? null },
        children: [],
      };
    case 'image': {
      const config = await readConfig(client, document.config, digest);
      const size = document.layers.reduce((sum, layer) => sum + layer.size, 0);
      return {
        manifest: {
          ...none,
          kind: MANIFEST_KIND.IMAGE,
          config: document.config.digest,
          platform: platformText(config.platform),
          osVersion: config.osVersion ?? null,
          size,
        },
        children: [],
      };
    }
  }
}

function childrenOf(entries: readonly Descriptor[]): IndexChild[] {
  return entries
    .filter((entry) => !isAttestation(entry))
    .map(({ digest, platform, osVersion }) => ({
      child: digest,
      platform: platform === undefined ? '' : platformText(platform),
      osVersion: osVersion ?? null,
    }));
}

async function readConfig(client: RegistryClient, { digest, size }: Descriptor, what: string): Promise<ImageConfig> {
  if (size > MAX_CONFIG_BYTES) return parseConfig(Buffer.from('{}'), what);
  const pieces: Buffer[] = [];
  for await (const piece of client.blob(digest, size)) pieces.push(piece);
  return parseConfig(Buffer.concat(pieces), what);
}

async function storeGraph(db: Queryable, { manifest, children }: Graph): Promise<void> {
  if (children.length > 0) {
    await db.query(
      `insert into index_child (index, child, platform, os_version) select $1, * from unnest($2::text[], $3::text[], $4::text[]) on conflict do nothing`,
      [manifest.digest, children.map((one) => one.child), children.map((one) => one.platform), children.map((one) => one.osVersion)],
    );
  }
  // Last: whoever finds the row finds its children.
  await db.query(
    `insert into manifest (digest, kind, media_type, config, platform, os_version, artifact_type, subject, size)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      ...[manifest.digest, manifest.kind, manifest.mediaType, manifest.config, manifest.platform, manifest.osVersion],
      ...[manifest.artifactType, manifest.subject, manifest.size],
    ],
  );
}
