import { apiHost, registryAccess } from '@assay/connectors/registry-access.ts';
import type { LocalMachine, RegistrySource, SourceContext } from '@assay/connectors/source.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import type { ImageReference } from '@assay/net/oci/reference.ts';
import { openRegistry, type RegistryClient } from '@assay/net/oci/registry-client.ts';
import type { RegistryOptions } from '@assay/net/oci/session.ts';
import type pg from 'pg';
import type { CommitDependencies } from '../inventories/commit.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { registrySecretPlace } from './registries.ts';
import type { RegistryRow } from './registry-row.ts';

export interface RegistryDependencies extends CommitDependencies {
  readonly region: string;
  readonly sealer: Sealer;
  readonly sourceOf: (kind: string) => RegistrySource | undefined;
  /** The way out for what this account names. */
  readonly fetcherFor: (account: number) => Fetcher;
  /** For accounts whose admins administer this machine. */
  readonly machineFor: (account: number) => LocalMachine | undefined;
  readonly random: () => number;
  readonly sleep: SourceContext['sleep'];
}

/** A registry that can be asked. */
export interface OpenRegistry {
  readonly row: RegistryRow;
  readonly source: RegistrySource;
  readonly ctx: SourceContext;
  readonly options: RegistryOptions;
  reference(repository: string): ImageReference;
  /** To read manifests and layers of one repository. */
  client(repository: string): RegistryClient;
}

/** @throws AssayError `registry-kind`, `secret-unreadable` */
export async function openSource(deps: RegistryDependencies, row: RegistryRow, signal: AbortSignal): Promise<OpenRegistry> {
  const source = deps.sourceOf(row.kind);
  if (source === undefined) {
    throw new AssayError('registry-kind', `This version knows no registries of kind ${row.kind}; run the version that made it.`);
  }
  const fetcher = deps.fetcherFor(row.account);
  const machine = deps.machineFor(row.account);
  const { random, sleep } = deps;
  const { now, log } = deps.ctx;
  const secret = await unsealed(deps.pool, deps.sealer, row);
  const ctx: SourceContext = { secret, now, log, random, sleep, signal, fetcher, ...(machine === undefined ? {} : { machine }) };
  const options = registryAccess(source, row.config, ctx);
  const reference = (repository: string): ImageReference => ({
    host: apiHost(row.host),
    registry: row.host,
    repository,
  });
  return { row, source, ctx, options, reference, client: (repository) => openRegistry(reference(repository), options) };
}

async function unsealed(pool: pg.Pool, sealer: Sealer, row: RegistryRow): Promise<string> {
  const place = registrySecretPlace(row);
  const { rows } = await pool.query<{ sealed: Buffer }>('select sealed from secret where account = $1 and id = $2', [
    row.account,
    place.id,
  ]);
  const sealed = rows[0]?.sealed;
  return sealed === undefined ? '' : sealer.open(place, sealed);
}
