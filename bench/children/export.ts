import { randomUUID } from 'node:crypto';
import { silentLogger } from '@assay/core/context.ts';
import { directoryBlobs } from '@assay/server/blobs/blobs.ts';
import { createPool, inTransaction } from '@assay/server/db/pool.ts';
import { ROLE_NAMES } from '@assay/server/db/roles.ts';
import { requestExport } from '@assay/server/exports/request.ts';
import { EXPORT_LANE, writeExport } from '@assay/server/exports/write-export.ts';
import { findingArns } from '@assay/server/findings/arn.ts';
import { claim } from '@assay/server/jobs/queue.ts';
import { keyRing } from '@assay/server/keys/key-ring.ts';
import { insertKey } from '@assay/server/keys/key-store.ts';
import { localKeys } from '@assay/server/keys/local-keys.ts';
import { directoryObjects } from '@assay/server/objects/directory-objects.ts';
import { reportCriteria, reportText } from '@assay/server/services/inspector2/shapes/report.ts';

/** Arguments: socket folder, folder for the objects, accounts (numbers, comma separated). Writes a CSV report of all their findings, of any status. */
const [socket = '', folder = '', accountsText = ''] = process.argv.slice(2);
const pool = createPool(
  { host: socket, port: 5432, user: ROLE_NAMES.worker, database: 'assay' },
  { name: 'bench', max: 2, log: silentLogger },
);
const region = 'us-east-1';
const accounts = accountsText.split(',').map(Number);
const account = accounts[0] ?? 0;
const key = {
  account,
  arn: `arn:aws:kms:${region}:000000000000:key/${randomUUID()}`,
  provider: 'LOCAL',
  name: '',
  description: 'bench',
} as const;
const createdAt = new Date();
const any = ['ACTIVE', 'SUPPRESSED', 'CLOSED'].map((value) => ({ comparison: 'EQUALS', value }));
const one = { account, id: randomUUID(), kind: 'FINDINGS_REPORT', format: 'CSV', criteria: { findingStatus: any }, accounts } as const;
await inTransaction(pool, async (tx) => {
  await insertKey(tx, { ...key, createdAt });
  await requestExport(tx, { ...one, bucket: 'bench', prefix: '', keyArn: key.arn, actor: 'bench', createdAt });
});
const job = await claim(pool, EXPORT_LANE, { worker: 'bench', leaseMs: 3_600_000 });
if (job === undefined) throw new Error('there is no export to write');
const objects = directoryObjects(folder, randomUUID);

const base = process.memoryUsage().rss;
const samples: number[] = [];
const sampling = setInterval(() => samples.push(process.memoryUsage().rss - base), 50);
const started = performance.now();
await writeExport(
  job,
  {
    pool,
    region,
    arns: findingArns(Buffer.alloc(32, 1), region),
    blobs: directoryBlobs(folder),
    keys: keyRing({ LOCAL: localKeys(Buffer.alloc(32, 1)) }),
    objectsOf: async () => objects,
    reportText: (format) => reportText(format, { region, now: Date.now }),
    criteriaOf: reportCriteria,
    ctx: { now: Date.now, log: silentLogger },
  },
  new AbortController().signal,
);
const ms = performance.now() - started;
clearInterval(sampling);
const { rows } = await pool.query('select status, items, bytes, error_message from export where account = $1 and id = $2', [
  account,
  one.id,
]);
const read = performance.now();
const { rows: counted } = await pool.query('select count(*)::int as findings, sum(length(f::text))::int8 as text from finding f');
const reference = performance.now() - read;
await pool.query('delete from export where account = $1 and id = $2', [account, one.id]);
await pool.query('delete from encryption_key where account = $1 and arn = $2', [account, key.arn]);
await pool.end();
const highest = (from: number, to: number): number =>
  Math.max(0, ...samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length)));
console.log(JSON.stringify({ ...rows[0], ms, reference, findings: counted[0].findings, early: highest(0, 0.3), late: highest(0.3, 1) }));
