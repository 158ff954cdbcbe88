import { RESOURCE_KIND } from '@assay/core/finding.ts';
import { EXPOSURE_CODES } from '@assay/core/score.ts';
import type pg from 'pg';
import { nameOfCode } from './code-name.ts';
import { TAG_SPACE } from './list/fields.ts';
import type { ResourceView } from './view.ts';

export interface FoundResource {
  readonly view: ResourceView;
  readonly inventory: number | null;
}

/** The resources of these findings, by id, each read once. */
export async function readResources(
  client: pg.ClientBase,
  findings: readonly { readonly account: number; readonly resource: number }[],
): Promise<ReadonlyMap<number, FoundResource>> {
  const accounts = new Map(findings.map((one) => [one.resource, one.account]));
  const keys = [[...accounts.values()], [...accounts.keys()]];
  const { rows } = await client.query<ResourceRow>(RESOURCES, keys);
  const tags = Map.groupBy((await client.query<TagRow>(TAGS, keys)).rows, (row) => row.resource);
  return new Map(rows.map((row) => [row.id, { view: toResource(row, tags.get(row.id) ?? []), inventory: row.inventory }]));
}

const RESOURCES = `select r.id, r.inventory, r.kind, r.arn, r.registry, r.repository, r.digest, r.arch, r.platform, r.pushed_at, r.last_in_use_at,
    r.in_use_count, r.exposure, r.detail
  from unnest($1::bigint[], $2::bigint[]) as k(account, id) join resource r on r.account = k.account and r.id = k.id`;

const TAGS = `select t.resource, t.space, t.key, t.value from unnest($1::bigint[], $2::bigint[]) as k(account, id)
  join resource_tag t on t.account = k.account and t.resource = k.id order by t.key, t.value`;

interface ResourceRow {
  readonly id: number;
  readonly inventory: number | null;
  readonly kind: number;
  readonly arn: string;
  readonly registry: string | null;
  readonly repository: string | null;
  readonly digest: string | null;
  readonly arch: string | null;
  readonly platform: string | null;
  readonly pushed_at: Date | null;
  readonly last_in_use_at: Date | null;
  readonly in_use_count: number;
  readonly exposure: number;
  readonly detail: Record<string, unknown>;
}
interface TagRow {
  readonly resource: number;
  readonly space: number;
  readonly key: string;
  readonly value: string;
}

function toResource(row: ResourceRow, tags: readonly TagRow[]): ResourceView {
  return {
    id: row.id,
    kind: nameOfCode(RESOURCE_KIND, row.kind),
    arn: row.arn,
    registry: row.registry,
    repository: row.repository,
    digest: row.digest,
    arch: row.arch,
    platform: row.platform,
    pushedAt: row.pushed_at,
    lastInUseAt: row.last_in_use_at,
    inUseCount: row.in_use_count,
    exposure: nameOfCode(EXPOSURE_CODES, row.exposure),
    detail: row.detail,
    imageTags: tags.filter((tag) => tag.space === TAG_SPACE.image).map((tag) => tag.value),
    tags: Object.fromEntries(tags.filter((tag) => tag.space === TAG_SPACE.resource).map((tag) => [tag.key, tag.value])),
  };
}
