/**
 * While something runs it was last seen when its cluster was: the row itself is written now and then. A cluster that is silent
 * was seen until it fell silent. Over `running_image i` and `cluster c`.
 */
export const LAST_SEEN = 'case when i.running > 0 then greatest(i.last_seen, c.observed_at) else i.last_seen end';

/** Units that ended within the last 24 hours, which is Inspector's word for stopped; `$now` is bound at the given place. */
export function stoppedOf(now: string): string {
  return `(select coalesce(sum(h.stopped), 0) from running_hour h where h.account = i.account and h.running = i.id and h.hour > ${now}::timestamptz - interval '24 hours')`;
}

/**
 * SQL over `running_image i` and its `cluster c`: somebody else of the circle watches this namespace of the same cluster, and counts. Whoever
 * may not see the other account sees no such thing.
 */
export const COUNTED_ELSEWHERE = `(c.counted_by is not null and exists (select from cluster k where k.account = c.counted_by and k.provider = c.provider and k.uid = c.uid
  and k.gone_at is null and (k.scope is null or i.namespace = any(k.scope))))`;
