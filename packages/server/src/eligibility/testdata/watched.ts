import { createHash } from 'node:crypto';
import type { ScanFrequency } from '@assay/core/registry.ts';
import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { ensureAccount } from '../../accounts/settings.ts';
import { inTransaction } from '../../db/pool.ts';
import { advisory, type Estate, estateOf, image } from '../../findings/write/testdata/estate.ts';
import { commitInventory } from '../../inventories/commit.ts';
import { claim } from '../../jobs/queue.ts';
import { describeResource } from '../../resources/describe.ts';
import { ELIGIBILITY_LANE, REVIVE, reviveEligible, reviveFindings } from '../revive.ts';
import { queueSweeps, sweepImages } from '../sweep.ts';

export const DAY = 86_400_000;

export interface Watched {
  readonly db: TestDatabase;
  readonly revisions: MemoryRevisions;
  readonly estate: Estate;
  ago(days: number): Date;
  /** Scans `registry.example/NAME`, which holds the vulnerable package `a`, and gives it dates. Answers the resource. */
  put(name: string, facts?: Partial<Facts>): Promise<number>;
  /** A cluster of the account; answers its id. */
  cluster(facts: { readonly account?: number; readonly created: Date; readonly heard: Date }): Promise<number>;
  runs(resource: number, cluster: number, running: number): Promise<void>;
  sweep(): Promise<void>;
  /** Says that dates of images changed, and does what follows. */
  seen(...resources: number[]): Promise<void>;
  /** `NAME STATUS REASON FINDING` of every image, in order. */
  images(): Promise<string[]>;
}

interface Facts {
  readonly account: number;
  readonly frequency: ScanFrequency;
  readonly pushed: Date;
  readonly pulled: Date;
  readonly used: Date;
}

/** Account 1 with images of a registry that is watched. */
export async function watchedEstate(): Promise<Watched> {
  const db = await createTestDatabase();
  const revisions = memoryRevisions();
  const estate = estateOf(db, revisions);
  await ensureAccount(db.api, 1, 'team');
  await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
  const query = <T extends object>(text: string, values: unknown[] = []) => db.worker.query<T>(text, values).then(({ rows }) => rows);
  const jobs = async (kind: string, work: (job: NonNullable<Awaited<ReturnType<typeof claim>>>) => Promise<void>): Promise<void> => {
    for (;;) {
      const job = await claim(db.worker, ELIGIBILITY_LANE, { worker: 'w', leaseMs: 60_000 });
      if (job === undefined) return;
      if (job.kind !== kind) throw new Error(`a job of kind ${job.kind}`);
      await work(job);
    }
  };
  const watched: Watched = {
    ...{ db, revisions, estate },
    ago: (days) => new Date(estate.now - days * DAY),
    async put(name, facts = {}) {
      const account = facts.account ?? 1;
      const inventory = image(`registry.example/${name}`, ['a@1.0.0']);
      const resource = describeResource(inventory, { account, region: 'us-east-1' });
      const frequency = facts.frequency ?? 'CONTINUOUS_SCAN';
      const { resource: id } = await commitInventory(estate, { account, inventory, resource, frequency, observedAt: new Date(estate.now) });
      const dates = [facts.pushed ?? null, facts.pulled ?? null, facts.used ?? null];
      await query('update resource set pushed_at = $2, pulled_at = $3, last_in_use_at = $4 where id = $1', [id, ...dates]);
      return id;
    },
    async cluster({ account = 1, created, heard }) {
      const rows = await query<{ id: number }>(
        `insert into cluster (account, arn, provider, uid, name, created_at, complete_at, observed_at)
         values ($1, gen_random_uuid()::text, 'kubernetes', gen_random_uuid()::text, 'one', $2, $2, $3) returning id`,
        [account, created, heard],
      );
      return rows[0]!.id;
    },
    async runs(resource, cluster, running) {
      const key = createHash('md5').update(`${resource}`).digest();
      await query(
        `with ran as (
           insert into running_image (account, cluster, namespace, workload_kind, workload, definition, image, image_id, platform, key, running,
             first_seen, last_seen)
           select account, id, '', 'Deployment', 'web', '', 'app', '', '', $3, $4, observed_at, observed_at from cluster where id = $2
           on conflict (account, cluster, key) do update set running = excluded.running returning account, id)
         insert into running_resource (observer, running, account, resource) select ran.account, ran.id, r.account, r.id from ran, resource r
         where r.id = $1 on conflict do nothing`,
        [resource, cluster, key, running],
      );
    },
    async sweep() {
      await queueSweeps(db.worker);
      await jobs('eligibility', (job) =>
        sweepImages(job, { pool: db.worker, naming: estate.naming, now: estate.ctx.now }, new AbortController().signal),
      );
    },
    async seen(...resources) {
      const at = { naming: estate.naming, now: new Date(estate.now) };
      await inTransaction(db.worker, (tx) => reviveEligible(tx, { account: 1, resources }, at));
      await jobs(REVIVE, (job) => reviveFindings(estate, job));
    },
    async images() {
      const rows = await query<{ line: string }>(
        `select concat_ws(' ', r.repository, (array['ACTIVE', 'INACTIVE'])[r.scan_status], r.scan_reason,
           (select string_agg(distinct (array['ACTIVE', 'SUPPRESSED', 'CLOSED'])[f.status], ',') from finding f
             where f.account = r.account and f.resource = r.id)) as line
         from resource r order by r.account, r.repository`,
      );
      return rows.map((row) => row.line);
    },
  };
  return watched;
}
