import { registryKindOf } from '@assay/connectors/registries.ts';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { type BuiltImage, buildImage } from '@assay/testkit/image-builder.ts';
import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { inTransaction } from '../../db/pool.ts';
import { advisory, type Estate, estateOf } from '../../findings/write/testdata/estate.ts';
import { claim, finish } from '../../jobs/queue.ts';
import { createSealer } from '../../secrets/sealer.ts';
import { crawl } from '../crawl.ts';
import { NOTICE_LANE } from '../inbox.ts';
import { ingest } from '../ingest.ts';
import type { RegistryDependencies } from '../open-source.ts';
import { createRegistry, requestCrawl } from '../registries.ts';
import { takeEvents } from '../take-events.ts';
import { openShelf, type Shelf } from './shelf.ts';

export const HOUR = 3_600_000;
const signal = new AbortController().signal;

/** An image with one npm package `a`, of which versions below 2.0.0 are vulnerable. */
export function image(version: string, architecture = 'amd64'): BuiltImage {
  const content = JSON.stringify({ name: 'a', version });
  return buildImage({ architecture, layers: [{ items: [{ name: 'app/node_modules/a/package.json', content }] }] });
}

/** Account 1 with a registry that waits for its first crawl. */
export class WatchedRegistry {
  readonly db: TestDatabase;
  readonly shelf: Shelf;
  readonly estate: Estate;
  readonly revisions: MemoryRevisions;
  deps: RegistryDependencies;
  id = '';

  private constructor(db: TestDatabase, shelf: Shelf) {
    this.db = db;
    this.shelf = shelf;
    this.revisions = memoryRevisions();
    this.estate = estateOf(db, this.revisions);
    const sleep = async (): Promise<void> => {};
    const fetcher = createFetcher({ now: () => this.estate.now, random: () => 0, sleep });
    const sealer = createSealer(Buffer.alloc(32, 7));
    this.deps = { ...this.estate, region: 'us-east-1', sealer, sourceOf: registryKindOf, fetcherFor: () => fetcher, machineFor: () => undefined, random: () => 0, sleep };
  }

  static async open(): Promise<WatchedRegistry> {
    const watched = new WatchedRegistry(await createTestDatabase(), await openShelf());
    const { db, shelf, revisions } = watched;
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
    const place = { name: 'r', kind: 'oci', host: shelf.host, config: { url: shelf.host } };
    const wish = { ...place, include: ['**'], frequencies: [], recentDays: 30, crawlMinutes: 60 };
    const made = await inTransaction(db.worker, (tx) => createRegistry(tx, 1, { wish, hook: null }));
    if (typeof made === 'string') throw new Error(made);
    watched.id = made.id;
    return watched;
  }

  async close(): Promise<void> {
    await this.shelf.close();
    await this.db.drop();
  }

  /** Does what is queued, crawls first; answers what was asked of the registry meanwhile. */
  async work(): Promise<string[]> {
    this.shelf.asked.length = 0;
    for (const [lane, handler] of [
      [NOTICE_LANE, takeEvents],
      ['crawl', crawl],
      ['ingest', ingest],
    ] as const) {
      for (;;) {
        const job = await claim(this.db.worker, lane, { worker: 'test', leaseMs: 60_000 });
        if (job === undefined) break;
        await finish(this.db.worker, job, await handler(job, this.deps, signal));
      }
    }
    return [...this.shelf.asked];
  }

  async crawlAgain(hours = 1, asked = {}): Promise<string[]> {
    this.estate.now += hours * HOUR;
    await inTransaction(this.db.worker, (tx) => requestCrawl(tx, { account: 1, id: this.id }, asked));
    return this.work();
  }

  async lines(sql: string): Promise<string[]> {
    return (await this.db.worker.query<{ line: string }>(sql)).rows.map((row) => row.line);
  }

  /** `REPOSITORY ARCHITECTURE active|inactive REASON TAGS` of every image. */
  images(): Promise<string[]> {
    return this.lines(`select concat_ws(' ', r.repository, r.arch, case r.scan_status when 1 then 'active' else 'inactive' end, r.scan_reason,
        string_agg(t.value, ',' order by t.value)) as line
      from resource r left join resource_tag t on t.account = r.account and t.resource = r.id and t.space = 1
      where r.kind = 2 and r.account = 1 group by r.account, r.id order by 1`);
  }
}
