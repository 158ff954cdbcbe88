import { SERVICE_EVENT } from '../events/service-events.ts';
import type { Queryable } from '../jobs/queue.ts';

export interface RuleChange {
  readonly seq: number;
  readonly at: Date;
  readonly actor: string;
  /** CREATED, UPDATED, APPROVED, EXPIRED or DELETED. */
  readonly change: string;
  /** Of a change what each member was and is; of a new rule what it says. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What happened to a rule, oldest first. */
export async function ruleChanges(
  db: Queryable,
  rule: { readonly account: number; readonly arn: string },
  page: { readonly after: number; readonly limit: number },
): Promise<RuleChange[]> {
  const { rows } = await db.query<RuleChange>(
    `select seq, at, actor, body->>'change' as change, body->'detail' as detail from service_event
     where account = $1 and subject = $2 and kind = ${SERVICE_EVENT.FILTER} and seq > $3 order by seq limit $4`,
    [rule.account, rule.arn, page.after, page.limit],
  );
  return rows;
}
