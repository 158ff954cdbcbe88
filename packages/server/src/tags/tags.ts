import type { Transaction } from '../db/pool.ts';

/** What a tag hangs on. */
export interface Tagged {
  readonly account: number;
  readonly arn: string;
}

export type Tags = Readonly<Record<string, string>>;

/** Of one thing; Amazon's limit. */
export const MOST_TAGS = 50;

/** Why these cannot be tags, as the rest of a sentence about them; undefined when they can. */
export function tagProblem(tags: Tags): string | undefined {
  const keys = Object.keys(tags);
  if (keys.length > MOST_TAGS) return `must have at most ${MOST_TAGS} entries`;
  return keys.some((key) => /^aws:/i.test(key)) ? 'must not have keys that begin with aws:' : undefined;
}

/** Adds tags and replaces the values of those that are there. False, and the caller rolls back: there would be more than {@link MOST_TAGS}. */
export async function addTags(tx: Transaction, { account, arn }: Tagged, tags: Tags): Promise<boolean> {
  // Two callers that each stay below the limit must not exceed it together.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, $2))', [arn, account]);
  await tx.query(
    `insert into tag (account, arn, key, value) select $1, $2, t.key, t.value from jsonb_each_text($3) t
     on conflict (account, arn, key) do update set value = excluded.value`,
    [account, arn, JSON.stringify(tags)],
  );
  const { rows } = await tx.query<{ n: number }>('select count(*) as n from tag where account = $1 and arn = $2', [account, arn]);
  return rows[0]!.n <= MOST_TAGS;
}

/** Keys that are not there are no mistake. */
export async function removeTags(tx: Transaction, { account, arn }: Tagged, keys: readonly string[]): Promise<void> {
  await tx.query('delete from tag where account = $1 and arn = $2 and key = any ($3::text[])', [account, arn, keys]);
}

/** With the thing goes what hung on it. */
export async function dropTags(tx: Transaction, { account, arn }: Tagged): Promise<void> {
  await tx.query('delete from tag where account = $1 and arn = $2', [account, arn]);
}

/** By ARN; things without tags are not in the result. */
export async function readTags(tx: Transaction, accounts: readonly number[], arns: readonly string[]): Promise<Map<string, Tags>> {
  const { rows } = await tx.query<{ arn: string; tags: Tags }>(
    `select arn, jsonb_object_agg(key, value) as tags from tag where account = any ($1::bigint[]) and arn = any ($2::text[]) group by arn`,
    [accounts, arns],
  );
  return new Map(rows.map((row) => [row.arn, row.tags]));
}
