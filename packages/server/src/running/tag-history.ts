import { parseReference } from '@assay/net/oci/reference.ts';
import { RELATIONSHIP } from '../accounts/organization.ts';
import type { Transaction } from '../db/pool.ts';
import { TAG_SPACE } from '../findings/list/fields.ts';

/** What a tag meant when it was seen to run; of images that no registry of ours told about, what it means now. Within the circle. */
export async function tagsAt(
  tx: Transaction,
  circle: number,
  seen: readonly { readonly id: number; readonly image: string; readonly at: Date }[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const asked = seen.flatMap(({ id, image, at }) => {
    const { registry, repository, tag } = parseReference(image) ?? {};
    return tag === undefined ? [] : [{ id, registry, repository, tag, at }];
  });
  if (asked.length === 0) return new Map();
  const { rows } = await tx.query<{ id: number; digest: string }>(TAGS, [
    circle,
    asked.map((one) => one.id),
    asked.map((one) => one.registry),
    asked.map((one) => one.repository),
    asked.map((one) => one.tag),
    asked.map((one) => one.at),
  ]);
  return new Map([...Map.groupBy(rows, (row) => row.id)].map(([id, found]) => [id, found.map((row) => row.digest)]));
}

const SHARED = (of: string): string => `left join member m on m.account = ${of}.account and m.status = ${RELATIONSHIP.ENABLED}`;

const TAGS = `with seen as (select * from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    as s(id, registry, repository, tag, at)),
  told as (select s.id, x.digest from seen s cross join lateral (select t.digest from repo_tag t ${SHARED('t')}
    where t.registry = s.registry and t.repository = s.repository and t.tag = s.tag and t.since <= s.at and (t.until is null or t.until > s.at)
      and coalesce(m.administrator, t.account) = $1) x)
  select id, digest from told
  union select s.id, x.digest from seen s cross join lateral (select r.digest from resource r
    join resource_tag t on t.account = r.account and t.resource = r.id and t.space = ${TAG_SPACE.image} and t.key = 'tag' and t.value = s.tag
    ${SHARED('r')} where r.registry = s.registry and r.repository = s.repository and r.digest is not null and coalesce(m.administrator, r.account) = $1) x
  where not exists (select from told where told.id = s.id)`;
