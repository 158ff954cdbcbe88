import { createHash } from 'node:crypto';
import type { Advisory } from '@assay/core/advisory.ts';
import { silentLogger } from '@assay/core/context.ts';
import type { Gap } from '@assay/core/gap.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import type { MemoryRevisions } from '@assay/testkit/memory-revisions.ts';
import type { TestDatabase } from '@assay/testkit/postgres.ts';
import type { BlobStore } from '../../../blobs/blobs.ts';
import { type CommitDependencies, type CommitResult, commitInventory } from '../../../inventories/commit.ts';
import type { Job } from '../../../jobs/queue.ts';
import { findingArns } from '../../arn.ts';
import { describeResource } from '../../../resources/describe.ts';

export function memoryBlobs(): BlobStore {
  const blobs = new Map<string, Buffer>();
  return {
    async put(bytes) {
      const key = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      blobs.set(key, Buffer.from(bytes));
      return key;
    },
    get: async (key) => blobs.get(key),
  };
}

/** `npm` advisory: `name` below `fixed` is affected by `id`. */
export function advisory(id: string, name: string, fixed: string, cvss = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'): Advisory {
  return {
    id,
    modified: '2026-01-01T00:00:00Z',
    summary: `Trouble in ${name}`,
    severity: [{ type: 'CVSS_V3', score: cvss }],
    affected: [{ package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }] }],
    assay: { feed: 'test' },
  };
}

/** An image of npm packages `name@version`. */
export function image(name: string, packages: readonly string[], gaps: readonly Gap[] = []): Inventory {
  const digest = `sha256:${createHash('sha256').update(name).digest('hex')}`;
  return {
    subject: { kind: 'image', name, digest, tags: [], platform: { os: 'linux', architecture: 'amd64' }, layers: [], size: 1 },
    distro: null,
    packages: [...packages].sort().map((text) => {
      const [id = '', version = ''] = text.split('@');
      return {
        identity: { type: 'npm', namespace: 'npm', name: id, version, owner: 'none', purl: `pkg:npm/${id}@${version}` },
        evidence: [{ cataloger: 'npm', path: `app/node_modules/${id}/package.json`, layer: 'sha256:11' }],
      };
    }),
    gaps,
    catalogers: { npm: 1 },
  };
}

export interface Estate extends CommitDependencies {
  now: number;
  scan(account: number, inventory: Inventory, job?: Job): Promise<CommitResult>;
  /** `status name package@version,…` of every finding, sorted. */
  findings(account?: number): Promise<string[]>;
}

export function estateOf(db: TestDatabase, revisions: MemoryRevisions): Estate {
  const estate: Estate = {
    now: Date.parse('2026-06-01T00:00:00Z'),
    pool: db.worker,
    blobs: memoryBlobs(),
    revisions,
    naming: { region: 'us-east-1', arns: findingArns(Buffer.alloc(32, 1), 'us-east-1') },
    ctx: { now: () => estate.now, log: silentLogger },
    scan(account, inventory, job) {
      const resource = describeResource(inventory, { account, region: 'us-east-1' });
      return commitInventory(estate, { account, inventory, resource, observedAt: new Date(estate.ctx.now()), ...(job === undefined ? {} : { job }) });
    },
    async findings(account = 1) {
      const { rows } = await db.worker.query<{ line: string }>(
        `select concat_ws(' ', (array['ACTIVE', 'SUPPRESSED', 'CLOSED'])[f.status], i.name, r.repository,
           string_agg(p.name || '@' || p.version, ',' order by p.name, p.version)) as line
         from finding f join issue i on i.id = f.issue join resource r on r.account = f.account and r.id = f.resource
         left join finding_package fp on fp.account = f.account and fp.finding = f.id left join package p on p.id = fp.package
         where f.account = $1 group by f.account, f.id, i.name, r.repository order by 1`,
        [account],
      );
      return rows.map((row) => row.line);
    },
  };
  return estate;
}
