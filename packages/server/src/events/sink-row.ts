import type { SinkConfig, SinkMode } from '@assay/connectors/sink.ts';
import type { SinkFilter } from './filter.ts';

/** A row of `sink`. */
export interface SinkRow {
  readonly account: number;
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly config: SinkConfig;
  readonly enabled: boolean;
  readonly mode: SinkMode;
  readonly filter: SinkFilter;
  /** Of a daily digest, UTC. */
  readonly digestHour: number;
  readonly nextAt: Date | null;
  readonly attempts: number;
  readonly retryAt: Date | null;
  readonly error: string | null;
  readonly test: boolean;
  readonly replay: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deliveredAt: Date | null;
}

export const SINK_COLUMNS = `account, id, kind, name, config, enabled, mode, filter, digest_hour as "digestHour", next_at as "nextAt", attempts,
  retry_at as "retryAt", error, test, replay, created_at as "createdAt", updated_at as "updatedAt", delivered_at as "deliveredAt"`;

const HOUR = 3_600_000;

/** When the digest after `now` is due; null for a sink that makes none. */
export function nextDigest(sink: { readonly mode: SinkMode; readonly digestHour: number }, now: number): Date | null {
  if (sink.mode === 'HOURLY_DIGEST') return new Date((Math.floor(now / HOUR) + 1) * HOUR);
  if (sink.mode !== 'DAILY_DIGEST') return null;
  const today = Math.floor(now / (24 * HOUR)) * 24 * HOUR + sink.digestHour * HOUR;
  return new Date(today > now ? today : today + 24 * HOUR);
}
