import { AssayError } from '@assay/core/errors.ts';
import type { ClusterIdentity } from '@assay/core/running.ts';
import { REPORT_IMAGES, type ReportAnswer, type RunningReport } from '@assay/core/running-report.ts';
import type pg from 'pg';
import { type Transaction, withAccounts } from '../db/pool.ts';
import { clusterArn } from './cluster-arn.ts';
import { queueApply } from './queue-apply.ts';
import { stopCluster } from './remove-cluster.ts';
import { REPORT_PART } from './report-part.ts';
import { clampTime, stageImage, text } from './staged-image.ts';

export interface ReportDependencies {
  /** Of the role api or worker. */
  readonly pool: pg.Pool;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface ReportRequest {
  /** The observer's: whose cluster it is. */
  readonly account: number;
  /** `collector.id`. */
  readonly collector: string | null;
  readonly report: RunningReport;
}

/** Reports of one cluster that wait at most, those of a snapshot that has not ended among them: a million images. */
const MOST_WAITING = 2_000;
/** A snapshot is waited for that confirms a shrunken one: whoever tells of its health after this begins one. */
const CONFIRM_MS = 300_000;

/**
 * Takes a report of what runs. It is stored at once and applied by a job, which a worker begins within milliseconds. A report that was
 * taken before is answered `taken` and changes nothing.
 * @throws AssayError `too-many-images`
 */
export async function takeReport(deps: ReportDependencies, { account, collector, report }: ReportRequest): Promise<ReportAnswer> {
  const { images = [] } = report;
  if (images.length > REPORT_IMAGES)
    throw new AssayError('too-many-images', `A report carries at most ${REPORT_IMAGES} images; send several.`);
  const now = deps.now();
  const staged = images.map((image) => stageImage(image, now));
  return withAccounts(deps.pool, [account], async (tx) => {
    const cluster = await lockCluster(tx, { account, region: deps.region }, report.cluster);
    const fits = judge(cluster, report);
    if (fits !== 'next') return fits === 'known' ? 'taken' : 'resync';
    if (images.length > 0 && (await isFull(tx, account, cluster.id))) return 'resync';
    const { epoch, sequence, part, health } = report;
    await tx.query(
      `update cluster set epoch = $3, sequence = $4, observed_at = greatest(observed_at, $5), collector = $6, gone_at = null, name = $7,
         version = coalesce($8, version), health = coalesce($9, health) where account = $1 and id = $2`,
      [
        ...[account, cluster.id, epoch, sequence, new Date(clampTime(report.observedAt, now)), collector],
        ...[
          text(report.cluster.name, 256),
          report.cluster.version === undefined ? null : text(report.cluster.version, 64),
          health === undefined ? null : JSON.stringify({ ...health, problems: health.problems.slice(0, 50).map((one) => text(one, 1000)) }),
        ],
      ],
    );
    if (part === 'health' && health?.gone === true) {
      await stopCluster(tx, { account, cluster: cluster.id }, new Date(now));
      return 'taken';
    }
    if (part === 'health') return unconfirmed(cluster, now) ? 'resync' : 'taken';
    const scope = report.scope === undefined || 'all' in report.scope ? null : report.scope.namespaces.map((name) => text(name, 256));
    await tx.query('insert into running_report (account, cluster, part, at, scope, images) values ($1, $2, $3, $4, $5, $6)', [
      ...[account, cluster.id, REPORT_PART[part], new Date(now), scope, JSON.stringify(staged)],
    ]);
    // Also when one begins: what another began before it is not kept.
    if (part !== 'snapshot-page') await queueApply(tx, { account, cluster: cluster.id });
    return 'taken';
  });
}

/** It is told again later: what a worker should have applied by now, or a snapshot without an end, is more than is kept. */
async function isFull(tx: Transaction, account: number, cluster: number): Promise<boolean> {
  const { rowCount } = await tx.query('select from running_report where account = $1 and cluster = $2 order by id offset $3 limit 1', [
    ...[account, cluster, MOST_WAITING],
  ]);
  return rowCount !== 0;
}

interface LockedCluster {
  readonly id: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly held_at: Date | null;
  readonly gone: boolean;
}

/** Collectors speak one after the other to their cluster; a name that is another cluster's already gets a suffix. */
async function lockCluster(
  tx: Transaction,
  place: { readonly account: number; readonly region: string },
  cluster: ClusterIdentity,
): Promise<LockedCluster> {
  const { provider } = cluster;
  const uid = text(cluster.uid, 512);
  const read = async (): Promise<LockedCluster | undefined> => {
    const { rows } = await tx.query<LockedCluster>(
      'select id, epoch, sequence, held_at, gone_at is not null as gone from cluster where account = $1 and provider = $2 and uid = $3 for update',
      [place.account, provider, uid],
    );
    return rows[0];
  };
  const known = await read();
  if (known !== undefined) return known;
  for (const taken of [false, true]) {
    await tx.query(
      `insert into cluster (account, arn, provider, uid, name, version) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [place.account, clusterArn(place, cluster, taken), provider, uid, text(cluster.name, 256), cluster.version?.slice(0, 64) ?? null],
    );
    const made = await read();
    if (made !== undefined) return made;
  }
  throw new Error('a cluster could not be named');
}

/** `known`: it was taken before. `missing`: something between the last one and this was lost. */
function judge(cluster: LockedCluster, { epoch, sequence, part }: RunningReport): 'next' | 'known' | 'missing' {
  const begins = part === 'snapshot-begin';
  // Somebody removed it, or it was deleted: what is left of it says nothing.
  if (cluster.gone && !begins) return epoch === cluster.epoch && sequence <= cluster.sequence ? 'known' : 'missing';
  if (epoch !== cluster.epoch) return begins || part === 'health' ? 'next' : 'missing';
  if (sequence <= cluster.sequence) return 'known';
  return begins || sequence === cluster.sequence + 1 ? 'next' : 'missing';
}

function unconfirmed(cluster: LockedCluster, now: number): boolean {
  return cluster.held_at !== null && now - cluster.held_at.getTime() > CONFIRM_MS;
}
