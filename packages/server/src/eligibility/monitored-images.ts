import { ENDED_REASONS, SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import type { Queryable } from '../jobs/queue.ts';
import { type FactsRequest, type MonitoredImage, readFacts } from './facts.ts';

/** Images whose facts are read at once. */
const READ = 5_000;

/** What was never looked at has nothing that could lapse. A deleted image is kept by use alone, whatever its repository says. */
export const WATCHED = `r.inventory is not null and (r.scan_status = ${SCAN_STATUS.ACTIVE}
  or r.deleted_at is not null and r.scan_reason not in (${ENDED_REASONS}, ${SCAN_REASON.PENDING_DISABLE}))`;

/** Every image of an account that may lapse, in chunks. */
export async function* monitoredImages(tx: Queryable, asked: FactsRequest): AsyncGenerator<readonly MonitoredImage[]> {
  const where = `${WATCHED} and r.id > $3 order by r.id limit ${READ}`;
  for (let after = 0; ; ) {
    const images = await readFacts(tx, asked, { where, values: [after] });
    if (images.length === 0) return;
    yield images;
    after = images.at(-1)!.id;
  }
}
