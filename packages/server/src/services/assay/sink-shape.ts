import { configProblems } from '@assay/connectors/config.ts';
import type { Sink } from '@assay/connectors/sink.ts';
import { SINKS, sinkOf } from '@assay/connectors/sinks.ts';
import { invalidField, resourceNotFound, validationError } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import type { Transaction } from '../../db/pool.ts';
import type { SinkFilter } from '../../events/filter.ts';
import type { SinkRow } from '../../events/sink-row.ts';
import { readSink } from '../../events/sinks.ts';
import type { ServerContext } from '../context.ts';
import { sinkArn, sinkId } from './sink-arn.ts';

export type SinkSummary = AssayOut<'GetSink'>['sink'];
type WireFilter = NonNullable<AssayIn<'CreateSink'>['filter']>;

/** @throws ValidationException when no sink is of that kind. */
export function requireSinkKind(kind: string): Sink {
  const sink = sinkOf(kind);
  if (sink === undefined) throw invalidField('kind', `must be one of ${SINKS.map(({ id }) => id).join(', ')}`);
  return sink;
}

/** @throws ValidationException naming every member that is wrong. */
export function requireSinkConfig(
  sink: Sink,
  config: Readonly<Record<string, string>>,
  secret: Parameters<typeof configProblems>[2],
): void {
  const problems = configProblems(sink, config, secret).map(({ field, message }) => ({ name: field, message }));
  if (problems.length === 0) return;
  const text = problems.map(({ name, message }) => `${name} ${message}`).join('; ');
  throw validationError('FIELD_VALIDATION_FAILED', text, problems);
}

/** @throws ValidationException */
export function requireSinkMode(sink: Sink, mode: SinkRow['mode']): SinkRow['mode'] {
  if (!sink.modes.includes(mode)) throw invalidField('mode', `must be one of ${sink.modes.join(', ')} for ${sink.id}`);
  return mode;
}

/** @throws ResourceNotFoundException */
export async function requireSink(tx: Transaction, context: ServerContext, arn: string): Promise<SinkRow> {
  const sink = await readSink(tx, { account: context.account, id: sinkId(arn, context.principal.account) });
  if (sink === undefined) throw resourceNotFound(`There is no sink ${arn}.`);
  return sink;
}

/** Without the members that were not given. */
export function filterOfWire({ kinds, severities, fixAvailable, inUse, repositories, tags }: WireFilter): SinkFilter {
  return {
    ...(kinds === undefined ? {} : { kinds }),
    ...(severities === undefined ? {} : { severities }),
    ...(fixAvailable === undefined ? {} : { fixAvailable }),
    ...(inUse === undefined ? {} : { inUse }),
    ...(repositories === undefined ? {} : { repositories }),
    ...(tags === undefined ? {} : { tags: tags.map(({ key, value }) => ({ key, ...(value === undefined ? {} : { value }) })) }),
  };
}

export function sinkToWire(sink: SinkRow, context: ServerContext): SinkSummary {
  return {
    sinkArn: sinkArn(context.region, context.principal.account, sink.id),
    name: sink.name,
    kind: sink.kind,
    config: sink.config,
    status: sink.enabled ? (sink.attempts > 0 ? 'RETRYING' : 'ACTIVE') : 'PAUSED',
    mode: sink.mode,
    filter: sink.filter as SinkSummary['filter'],
    createdAt: sink.createdAt,
    updatedAt: sink.updatedAt,
    ...(sink.mode === 'DAILY_DIGEST' ? { digestHour: sink.digestHour } : {}),
    ...(sink.deliveredAt === null ? {} : { lastDeliveredAt: sink.deliveredAt }),
    ...(sink.error === null ? {} : { lastError: sink.error }),
    ...(sink.attempts === 0 ? {} : { failedAttempts: sink.attempts }),
    ...(sink.retryAt === null ? {} : { nextAttemptAt: sink.retryAt }),
    ...(sink.nextAt === null ? {} : { nextDigestAt: sink.nextAt }),
  };
}
