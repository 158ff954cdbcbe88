import { createHash } from 'node:crypto';
import { silentLogger } from '@assay/core/context.ts';
import { createPool, withAccounts } from '@assay/server/db/pool.ts';
import { ROLE_NAMES } from '@assay/server/db/roles.ts';
import { findingArns } from '@assay/server/findings/arn.ts';
import { streamFindings } from '@assay/server/findings/list/stream.ts';
import { reportText } from '@assay/server/services/inspector2/shapes/report.ts';

/**
 * Arguments: socket folder, number of accounts, findings at most. A report as CSV of all findings of the accounts, hashed in place of
 * stored: its bytes, its time, what the processor did for it, and the highest memory after half of it and at the end.
 */
const [socket = '', accountsText = '0', mostText = '0'] = process.argv.slice(2);
const accounts = Array.from({ length: Number(accountsText) }, (_, n) => n + 1);
const pool = createPool(
  { host: socket, port: 5432, user: ROLE_NAMES.worker, database: 'assay' },
  { name: 'bench-report', max: 1, log: silentLogger },
);
const region = 'us-east-1';
const text = reportText('CSV', { region, now: Date.now });
const request = { criteria: {}, accounts, region, arns: findingArns(Buffer.alloc(32, 3), region) };
const hash = createHash('sha256').update(text.head);
const most = Number(mostText);
let [items, bytes, early, peak] = [0, 0, 0, 0];
const started = performance.now();
for await (const { findings } of streamFindings(request, (visible, read) => withAccounts(pool, visible, read))) {
  for (const finding of findings) {
    const row = text.row(finding, items++ === 0);
    hash.update(row);
    bytes += row.length;
  }
  peak = Math.max(peak, process.memoryUsage().rss);
  if (items <= most / 2) early = peak;
  if (items >= most) break;
}
const ms = performance.now() - started;
const { user, system } = process.cpuUsage();
await pool.end();
console.log(JSON.stringify({ items, bytes, ms, cpu: (user + system) / 1000, early, peak, digest: hash.digest('hex') }));
