import { REGISTRIES, registryKindOf } from '@assay/connectors/registries.ts';
import type { RegistrySource } from '@assay/connectors/source.ts';
import { parseReference } from '@assay/net/oci/reference.ts';
import { invalidField, resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../accounts/identity.ts';
import type { Transaction } from '../../db/pool.ts';
import { type RegistryRow, readRegistry } from '../../registries/registry-row.ts';
import type { ServerContext } from '../context.ts';
import { registryArn, registryId } from './registry-arn.ts';
import { requireSettings, type Settings } from './settings-shape.ts';

export type RegistrySummary = AssayOut<'GetRegistry'>['registry'];

/** @throws ValidationException when no registry is of that kind. */
export function requireRegistryKind(kind: string): RegistrySource {
  const source = registryKindOf(kind);
  if (source === undefined) throw invalidField('kind', `must be one of ${REGISTRIES.map(({ id }) => id).join(', ')}`);
  return source;
}

/** Answers the host at which its images are pulled. @throws like `requireSettings` */
export function requireRegistryConfig(source: RegistrySource, settings: Settings, context: ServerContext): string {
  requireSettings(source, settings, context);
  const host = source.host(settings.config);
  // References to its images would otherwise be read as names on Docker Hub.
  if (parseReference(`${host}/a`)?.registry !== host) throw invalidField('config', `${host} must have a dot or a port, in lower case`);
  return host;
}

/** @throws ResourceNotFoundException */
export async function requireRegistry(tx: Transaction, context: ServerContext, arn: string): Promise<RegistryRow> {
  const id = registryId(arn, context.principal.account);
  const row = id === undefined ? undefined : await readRegistry(tx, { account: context.account, id });
  if (row === undefined) throw resourceNotFound(`There is no registry ${arn}.`);
  return row;
}

/** Where the registry sends its notifications. */
export function notificationPath({ account, id }: Pick<RegistryRow, 'account' | 'id'>): string {
  return `/hooks/registries/${accountDigits(account)}/${id}`;
}

export function registryToWire(row: RegistryRow, context: ServerContext): RegistrySummary {
  const { name, kind, host, config, recentDays, crawlMinutes, createdAt, updatedAt } = row;
  const source = registryKindOf(kind);
  return {
    ...{ registryArn: registryArn(context.region, row), name, kind, host, config, recentDays, crawlMinutes, createdAt, updatedAt },
    include: [...row.include],
    frequencies: row.frequencies.map((rule) => ({ ...rule })),
    status: row.enabled ? (row.error === null ? 'ACTIVE' : 'FAILING') : 'PAUSED',
    ...(source === undefined ? {} : { capabilities: { ...source.capabilities(config) } }),
    ...(row.hook === null ? {} : { notificationPath: notificationPath(row) }),
    ...(row.crawledAt === null ? {} : { lastCrawledAt: row.crawledAt }),
    ...(row.enabled ? { nextCrawlAt: row.nextCrawlAt } : {}),
    ...(row.held === null ? {} : { missingImages: row.held }),
    ...(row.error === null ? {} : { lastError: row.error }),
  };
}
