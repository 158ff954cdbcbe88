import { CLUSTERS, clusterKindOf } from '@assay/connectors/clusters.ts';
import type { ClusterSource } from '@assay/connectors/source.ts';
import { accessDenied, invalidField, resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayOut } from '@assay/wire/operation-types.ts';
import { type CollectorRow, collectorStatus, PUSH } from '../../collectors/collector-row.ts';
import { readCollector } from '../../collectors/collectors.ts';
import type { Transaction } from '../../db/pool.ts';
import type { ServerContext } from '../context.ts';
import { collectorArn, collectorId } from './collector-arn.ts';

export type CollectorSummary = AssayOut<'GetCollector'>['collector'];

/** A collector elsewhere has its settings where it runs. */
const PUSHED = { id: PUSH, config: {}, permissions: [] } as const;

export type CollectorKind = Pick<ClusterSource, 'id' | 'config' | 'secret' | 'permissions' | 'local'>;

/** Every kind that the account may make. Sockets of this machine are for the installation's own account. */
export function collectorKinds(context: ServerContext): readonly CollectorKind[] {
  return [PUSHED, ...CLUSTERS.filter((kind) => kind.local !== true || context.account === context.firstAccount)];
}

/** @throws ValidationException, AccessDeniedException */
export function requireCollectorKind(kind: string, context: ServerContext): CollectorKind {
  const kinds = collectorKinds(context);
  const found = kinds.find(({ id }) => id === kind);
  if (found !== undefined) return found;
  if (clusterKindOf(kind) !== undefined)
    throw accessDenied(
      `${kind} is read on this machine, which belongs to another account; run \`assay collect\` there and make one of kind ${PUSH}`,
    );
  throw invalidField('kind', `must be one of ${kinds.map(({ id }) => id).join(', ')}`);
}

/** @throws ResourceNotFoundException */
export async function requireCollector(tx: Transaction, context: ServerContext, arn: string): Promise<CollectorRow> {
  const collector = await readCollector(tx, { account: context.account, id: collectorId(arn, context.principal.account) });
  if (collector === undefined) throw resourceNotFound(`There is no collector ${arn}.`);
  return collector;
}

export function collectorToWire(row: CollectorRow, context: ServerContext): CollectorSummary {
  return {
    collectorArn: collectorArn(context.region, context.principal.account, row.id),
    name: row.name,
    kind: row.kind,
    config: row.config,
    status: collectorStatus(row, context.now()),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(row.seenAt === null ? {} : { seenAt: row.seenAt }),
    ...(row.error === null ? {} : { lastError: row.error }),
  };
}
