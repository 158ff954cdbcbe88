import { enqueueSql, type Queryable } from '../jobs/queue.ts';
import { CRAWL, CRAWL_LANE } from './crawl-request.ts';
import { READ_QUEUE, READ_QUEUE_LANE } from './read-queue.ts';

/** Until a crawl says when the next one is due, this one is not asked for again. */
const MEANWHILE = '5 minutes';

/** Queues the crawls whose time has come, of all accounts. */
export async function requestDueCrawls(db: Queryable, now: Date): Promise<void> {
  await db.query(
    `with due as (
       update registry set next_crawl_at = $1::timestamptz + interval '${MEANWHILE}' where enabled and next_crawl_at <= $1 returning account, id)
     ${enqueueSql(`select account, '${CRAWL}', id::text, '${CRAWL_LANE}', 0, jsonb_build_object('registry', id), $1 from due`, { merges: true })}`,
    [now],
  );
}

/** Has the queues of events read that registries of any account name; a queue that is being read is read on. */
export async function requestQueues(db: Queryable, now: Date): Promise<void> {
  await db.query(
    enqueueSql(`select account, '${READ_QUEUE}', id::text, '${READ_QUEUE_LANE}', 0, '{}'::jsonb, $1::timestamptz from registry
      where enabled and config->>'queueUrl' <> ''`),
    [now],
  );
}
