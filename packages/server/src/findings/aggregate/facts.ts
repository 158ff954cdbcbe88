import type pg from 'pg';
import { TAG_SPACE } from '../list/fields.ts';
import type { AggregateRow } from './aggregate.ts';
import { type AggregationType, GROUPINGS } from './groupings.ts';

/** What a page tells of its groups beyond counts. */
export interface GroupFacts {
  readonly issue?: IssueFacts;
  readonly resource?: ResourceFacts;
}

export interface IssueFacts {
  readonly title: string;
  readonly name: string;
}

export interface ResourceFacts {
  readonly arn: string;
  readonly registry: string | null;
  readonly repository: string | null;
  readonly digest: string | null;
  readonly arch: string | null;
  readonly platform: string | null;
  readonly lastInUseAt: Date | null;
  readonly inUseCount: number;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly imageTags: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** In the order of the rows. */
export async function readGroupFacts(client: pg.ClientBase, by: AggregationType, rows: readonly AggregateRow[]): Promise<GroupFacts[]> {
  if (rows.length === 0) return [];
  const grouping = GROUPINGS[by];
  if (by === 'TITLE') {
    const issues = await readIssues(client, rows);
    return rows.map(({ holder }) => present('issue', issues.get(holder)));
  }
  if (grouping.of !== 'layer' && (grouping.of !== 'resource' || grouping.name !== undefined)) return rows.map(() => ({}));
  const resources = await readResources(client, rows);
  return rows.map(({ holder }) => present('resource', resources.get(holder)));
}

const present = <K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [key in K]: V });

async function readIssues(client: pg.ClientBase, rows: readonly AggregateRow[]): Promise<Map<number, IssueFacts>> {
  const found = await client.query<IssueFacts & { id: number }>(
    'select id, coalesce(title, name) as title, name from issue where id = any($1::int[])',
    [rows.map((row) => row.holder)],
  );
  return new Map(found.rows.map((row) => [row.id, row]));
}

async function readResources(client: pg.ClientBase, rows: readonly AggregateRow[]): Promise<Map<number, ResourceFacts>> {
  const keys = [rows.map((row) => row.account), rows.map((row) => row.holder)];
  const found = await client.query<
    Omit<ResourceFacts, 'imageTags' | 'tags'> & { id: number; held: { space: number; key: string; value: string }[] }
  >(
    `select r.id, r.arn, r.registry, r.repository, r.digest, r.arch, r.platform, r.last_in_use_at as "lastInUseAt", r.in_use_count as "inUseCount", r.detail,
       coalesce((select jsonb_agg(jsonb_build_object('space', t.space, 'key', t.key, 'value', t.value) order by t.key, t.value)
         from resource_tag t where t.account = r.account and t.resource = r.id), '[]') as held
     from (select distinct * from unnest($1::bigint[], $2::bigint[]) as k(account, id)) k join resource r on r.account = k.account and r.id = k.id`,
    keys,
  );
  return new Map(
    found.rows.map(({ id, held, ...row }) => [
      id,
      {
        ...row,
        imageTags: held.filter((tag) => tag.space === TAG_SPACE.image).map((tag) => tag.value),
        tags: Object.fromEntries(held.filter((tag) => tag.space === TAG_SPACE.resource).map((tag) => [tag.key, tag.value])),
      },
    ]),
  );
}
