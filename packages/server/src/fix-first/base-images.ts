import { FINDING_STATUS } from '@assay/core/finding.ts';
import { PLACE } from './queue.ts';

/** Of bases, and of packages: only the largest are weighed against each other. */
export const MOST_CANDIDATES = 200;

/**
 * Tables after `hit` (findings as `hits` of the queue says): the last, `base_upgrade` (place, newer, layers, things, weights), holds bases with
 * the findings that end when everything on them is built anew. `accounts` is the parameter with all accounts that may be looked at.
 *
 * The base of an image is the image of another repository that is the longest beginning of it; where there is none, the longest beginning that
 * it shares with an image of another repository. A finding is the base's when all its packages lie in the base's layers. It ends with
 * the image that a tag of the base names now, unless that has it too; where no such image was looked at, when all its packages have a fix.
 */
export function baseUpgrades(accounts: string): string {
  const own = `= any (${accounts}::bigint[])`;
  return `built as materialized (select distinct on (h.account, h.resource) h.account, h.resource, l.place, l.chain, case when b.whole then base.id end as base,
        case when b.whole then base.account end as owner
      from (select distinct account, resource from hit) h
      join resource r on r.account = h.account and r.id = h.resource
      join image_layer l on l.account = h.account and l.resource = h.resource and not l.whole
      join image_layer b on b.chain = l.chain and b.account ${own} and (b.account, b.resource) <> (l.account, l.resource)
      join resource base on base.account = b.account and base.id = b.resource and base.repository is not null
        and (base.account, base.registry, base.repository) is distinct from (r.account, r.registry, r.repository)
      order by h.account, h.resource, b.whole desc, l.place desc, base.id),
    newest as materialized (select distinct on (b.base) b.owner, b.base, r.id as newer, r.arn
      from (select distinct owner, base from built where base is not null) b
      join resource a on a.account = b.owner and a.id = b.base
      cross join lateral (select a.digest union all select c.index from index_child c where c.child = a.digest) then_known(digest)
      join repo_tag was on was.account = a.account and was.registry = a.registry and was.repository = a.repository and was.digest = then_known.digest
      join repo_tag tag on tag.account = was.account and tag.registry = was.registry and tag.repository = was.repository and tag.tag = was.tag
        and tag.until is null and tag.digest <> was.digest
      cross join lateral (select tag.digest union all select c.child from index_child c where c.index = tag.digest) now_known(digest)
      join resource r on r.account = a.account and r.registry = a.registry and r.repository = a.repository and r.digest = now_known.digest
        and r.arch is not distinct from a.arch and r.inventory is not null and r.gone_at is null
      order by b.base, tag.since desc, r.id desc),
    below as (select hit.account, hit.id, hit.issue, hit.danger::bigint * hit.units as weight, built.base, built.owner, built.chain, built.place,
        bool_and(fp.fixed is not null) as fixable, bool_and(coalesce(l.place <= built.place, false)) as based
      from hit join built on built.account = hit.account and built.resource = hit.resource
      join finding_package fp on fp.account = hit.account and fp.finding = hit.id
      join resource r on r.account = hit.account and r.id = hit.resource
      join inventory n on n.account = r.account and n.id = r.inventory
      left join image_layer l on l.account = hit.account and l.resource = hit.resource
        and l.layer = n.layers[array_position(n.packages, fp.package)]
      group by 1, 2, 3, 4, 5, 6, 7, 8),
    ended as (select below.*, newest.arn as newer, case when below.base is not null then ${PLACE} end as place_name
      from below left join newest on newest.base = below.base
      left join resource r on r.account = below.owner and r.id = below.base
      where below.based and case when newest.newer is null then below.fixable
        else not exists (select from finding o where o.account = newest.owner and o.resource = newest.newer and o.issue = below.issue
          and o.status <> ${FINDING_STATUS.CLOSED}) end),
    base_upgrade as (select place_name as place, newer, max(place)::int + 1 as layers, array_agg(id::float8 order by id) as things,
        array_agg(weight::float8 order by id) as weights
      from ended group by place_name, newer, case when place_name is null then chain end order by sum(weight) desc, 1, 3 limit ${MOST_CANDIDATES})`;
}
