/** What is no folder of connectors' clusters: a collector elsewhere, which reports with a token. */
export const PUSH = 'push';

/** A row of `collector`. */
export interface CollectorRow {
  readonly account: number;
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  /** The cluster that it is bound to; null before its first report. */
  readonly clusterUid: string | null;
  readonly enabled: boolean;
  readonly seenAt: Date | null;
  /** Why it does not work, in one sentence. */
  readonly error: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const COLLECTOR_COLUMNS = `account, id, kind, name, config, cluster_uid as "clusterUid", enabled, seen_at as "seenAt", error,
  created_at as "createdAt", updated_at as "updatedAt"`;

/** Of a collector that reports at least once a minute; after this it is called silent. */
const SILENT_MS = 180_000;

export type CollectorStatus = 'WAITING' | 'ACTIVE' | 'SILENT' | 'FAILING' | 'PAUSED';

export function collectorStatus({ enabled, error, seenAt }: CollectorRow, now: number): CollectorStatus {
  if (!enabled) return 'PAUSED';
  if (error !== null) return 'FAILING';
  if (seenAt === null) return 'WAITING';
  return now - seenAt.getTime() > SILENT_MS ? 'SILENT' : 'ACTIVE';
}
