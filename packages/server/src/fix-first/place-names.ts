import { TAG_SPACE } from '../findings/list/fields.ts';
import type { Queryable } from '../jobs/queue.ts';

/** What people call the resources that lie in no repository, by ARN, as findings do: the tag `Name`, else the name of the project. */
export async function readPlaceNames(
  tx: Queryable,
  accounts: readonly number[],
  places: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const arns = [...new Set(places)].filter((place) => place.startsWith('arn:'));
  if (arns.length === 0) return new Map();
  const { rows } = await tx.query<{ arn: string; name: string | null }>(
    `select r.arn, coalesce((select max(t.value) from resource_tag t where t.account = r.account and t.resource = r.id
         and t.space = ${TAG_SPACE.resource} and t.key = 'Name'), r.detail->>'codeRepositoryProjectName', r.detail->>'name') as name
     from resource r where r.account = any($1::bigint[]) and r.arn = any($2::text[])`,
    [accounts, arns],
  );
  return new Map(rows.flatMap(({ arn, name }) => (name === null || name === '' ? [] : [[arn, name] as const])));
}

/** In the order of the places; nothing where none of them has a name of its own. */
export function namesOf(places: readonly string[], names: ReadonlyMap<string, string>): { readonly placeNames?: string[] } {
  return places.some((place) => names.has(place)) ? { placeNames: places.map((place) => names.get(place) ?? place) } : {};
}
