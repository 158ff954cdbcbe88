import { createHash } from 'node:crypto';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { ClusterIdentity, RunningImage } from '@assay/core/running.ts';
import type { RunningReport } from '@assay/core/running-report.ts';
import type { TestDatabase } from '@assay/testkit/postgres.ts';
import { findingArns } from '../../findings/arn.ts';
import { claim, type Job } from '../../jobs/queue.ts';
import { imageArn } from '../../resources/names.ts';
import { applyReports } from '../apply-reports.ts';
import { APPLY, FIND_RUNNING, RECOUNT, RECOUNT_LANE, RESOLVE, RUNNING_LANE, SHARE } from '../jobs.ts';
import { shareRunning } from '../share.ts';
import { findRunning, recountJob, resolveJob } from '../resolve-again.ts';
import { takeReport } from '../take-report.ts';

export const HOUR = 3_600_000;
export const START = Date.parse('2026-11-22T10:30:00Z');

/** A digest of its own for every word. */
export function digestOf(word: string): string {
  return `sha256:${createHash('sha256').update(word).digest('hex')}`;
}

export function clusterOf(name: string, provider: ClusterIdentity['provider'] = 'kubernetes'): ClusterIdentity {
  return { provider, uid: `uid-${name}`, name, version: 'v1.34.0' };
}

/** One pod of a Deployment on a node of linux/amd64, unless it says otherwise. */
export function runs(image: string, imageId: string, rest: Partial<Omit<RunningImage, 'workload'>> & { readonly workload?: string } = {}): RunningImage {
  const { workload = 'web', ...more } = rest;
  return {
    ...{ namespace: 'default', workload: { kind: 'Deployment', name: workload }, definition: '', image, imageId, platform: 'linux/amd64' },
    ...{ running: 1, lastSeen: START, stopped: [], reach: 'UNKNOWN', ...more },
  };
}

/** Resources, what registries told of manifests, and collectors that report; jobs are done when asked. */
export class RunningEstate {
  now = START;
  readonly db: TestDatabase;
  readonly naming = { region: 'us-east-1', arns: findingArns(Buffer.alloc(32, 1), 'us-east-1') };
  readonly #sequences = new Map<string, { epoch: number; sequence: number }>();

  constructor(db: TestDatabase) {
    this.db = db;
  }

  get deps() {
    return { pool: this.db.worker, naming: this.naming, region: 'us-east-1', now: () => this.now };
  }

  /** An image resource; answers its id. */
  async image(account: number, repository: string, word: string, detail: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const [registry = '', ...path] = repository.split('/');
    const name = { registry, repository: path.join('/'), digest: digestOf(word) };
    const { rows } = await this.db.worker.query<{ id: number }>(
      `insert into resource (account, kind, arn, scan_status, scan_reason, registry, repository, digest, arch, detail)
       values ($1, $2, $3, 1, 1, $4, $5, $6, 'amd64', $7) returning id`,
      [account, RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE, imageArn({ account, region: 'us-east-1' }, name), name.registry, name.repository, name.digest, JSON.stringify(detail)],
    );
    return rows[0]!.id;
  }

  /** What a registry told: an image manifest with its configuration. */
  async manifest(word: string, config: string): Promise<void> {
    await this.db.worker.query(`insert into manifest (digest, kind, media_type, config) values ($1, 2, 'image', $2)`, [digestOf(word), digestOf(config)]);
  }

  async index(word: string, children: Readonly<Record<string, string>>): Promise<void> {
    await this.db.worker.query(`insert into manifest (digest, kind, media_type) values ($1, 1, 'index')`, [digestOf(word)]);
    for (const [platform, child] of Object.entries(children)) {
      await this.db.worker.query('insert into index_child (index, child, platform) values ($1, $2, $3)', [digestOf(word), digestOf(child), platform]);
    }
  }

  /** Reports in the collector's own order, without gaps. */
  async tell(account: number, cluster: ClusterIdentity, parts: readonly Pick<RunningReport, 'part' | 'images' | 'scope' | 'health'>[]): Promise<string[]> {
    const at = `${account} ${cluster.uid}`;
    const place = this.#sequences.get(at) ?? { epoch: 1, sequence: 0 };
    this.#sequences.set(at, place);
    const answers: string[] = [];
    for (const part of parts) {
      place.sequence++;
      answers.push(await this.send(account, { cluster, observedAt: this.now, ...place, ...part }));
    }
    return answers;
  }

  send(account: number, report: RunningReport): Promise<string> {
    return takeReport({ ...this.deps, pool: this.db.api }, { account, collector: null, report });
  }

  async snapshot(account: number, cluster: ClusterIdentity, images: readonly RunningImage[], namespaces?: readonly string[]): Promise<void> {
    const scope = namespaces === undefined ? {} : { scope: { namespaces } };
    await this.tell(account, cluster, [{ part: 'snapshot-begin', ...scope }, { part: 'snapshot-page', images }, { part: 'snapshot-end' }]);
    await this.work();
  }

  async change(account: number, cluster: ClusterIdentity, images: readonly RunningImage[]): Promise<void> {
    await this.tell(account, cluster, [{ part: 'change', images }]);
    await this.work();
  }

  /** Does what is queued. */
  async work(): Promise<void> {
    const handlers: Readonly<Record<string, (job: Job) => Promise<void>>> = {
      [APPLY]: (job) => applyReports(this.deps, { account: job.account, cluster: Number(job.key) }, job),
      [FIND_RUNNING]: (job) => findRunning(this.deps, job),
      [RESOLVE]: (job) => resolveJob(this.deps, job),
      [SHARE]: (job) => shareRunning(this.deps, job),
      [RECOUNT]: (job) => recountJob(this.deps, job),
    };
    for (const lane of [RUNNING_LANE, RECOUNT_LANE]) {
      for (;;) {
        const job = await claim(this.db.worker, lane, { worker: 'test', leaseMs: 60_000 });
        if (job === undefined) break;
        await handlers[job.kind]!(job);
      }
    }
  }

  /** `inUseCount` of each resource, by id. */
  async counts(): Promise<Record<string, number>> {
    const { rows } = await this.db.worker.query<{ id: number; count: number }>('select id, in_use_count as count from resource order by id');
    return Object.fromEntries(rows.map((row) => [row.id, row.count]));
  }

  async running(): Promise<{ workload: string; running: number; confidence: number }[]> {
    const { rows } = await this.db.worker.query<{ workload: string; running: number; confidence: number }>(
      'select workload, running, confidence from running_image order by workload, id',
    );
    return rows;
  }
}
