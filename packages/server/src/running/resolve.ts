import { parseImageId } from '@assay/core/image-id.ts';
import { parseReference } from '@assay/net/oci/reference.ts';
import type { Transaction } from '../db/pool.ts';
import { askIngest } from './ask-ingest.ts';
import { circleOf } from './circle.ts';
import { readGraph } from './image-graph.ts';
import { CONFIDENCE, type ImageName, type Observation, resolveImage } from './ladder.ts';
import type { UsedResource } from './recount.ts';
import { tagsAt } from './tag-history.ts';

/** Observations in one look at the graph. */
const CHUNK = 5_000;
/** What stopped longer ago is not fetched for that. */
const RECENT_MS = 24 * 3_600_000;

interface RunningRow {
  readonly id: number;
  readonly image: string;
  readonly image_id: string;
  readonly digest: string | null;
  readonly digests: readonly string[];
  readonly platform: string;
  readonly last_seen: Date;
}

/**
 * Decides anew which images these observations of one account mean. Answers the resources that gained or lost one, for the recount. Whoever
 * decides about an observation holds it from before the graph is read: the last to decide knows what the one before knew.
 */
export async function resolveRunning(tx: Transaction, account: number, ids: readonly number[], now: Date): Promise<UsedResource[]> {
  const circle = await circleOf(tx, account);
  const touched: UsedResource[] = [];
  for (let at = 0; at < ids.length; at += CHUNK) {
    const { rows } = await tx.query<RunningRow>(
      `select id, image, image_id, digest, digests, platform, last_seen from running_image where account = $1 and id = any($2::bigint[])
       order by id for update`,
      [account, ids.slice(at, at + CHUNK)],
    );
    touched.push(...(await resolveChunk(tx, { account, circle, now }, rows)));
  }
  return touched;
}

interface Resolving {
  readonly account: number;
  readonly circle: number;
  readonly now: Date;
}

async function resolveChunk(tx: Transaction, { account, circle, now }: Resolving, rows: readonly RunningRow[]): Promise<UsedResource[]> {
  const tagged = await tagsAt(
    tx,
    circle,
    rows.filter((row) => formsOf(row).length === 0).map((row) => ({ id: row.id, image: row.image || row.image_id, at: row.last_seen })),
  );
  const observations = rows.map((row) => ({ row, observation: observe(row, tagged.get(row.id) ?? []) }));
  const digests = new Set(observations.flatMap(({ observation }) => [...observation.forms, ...observation.tagged]));
  const graph = await readGraph(tx, circle, [...digests]);
  const resolved = observations.map(({ row, observation }) => ({ row, observation, ...resolveImage(observation, graph) }));
  const wanted = resolved.filter(({ row, images }) => images.length === 0 && row.last_seen >= new Date(now.getTime() - RECENT_MS));
  await askIngest(
    tx,
    { observer: account, circle },
    wanted.flatMap(({ observation: { forms, names } }) => (forms[0] === undefined ? [] : [{ digest: forms[0], names }])),
  );
  const links = resolved.flatMap(({ row, images }) =>
    images.map((image) => ({ running: row.id, account: image.account, resource: image.id })),
  );
  await tx.query(
    `update running_image i set confidence = k.confidence, asked_at = $4 from unnest($2::bigint[], $3::smallint[]) as k(id, confidence)
     where i.account = $1 and i.id = k.id`,
    [account, resolved.map(({ row }) => row.id), resolved.map(({ confidence }) => CONFIDENCE[confidence]), now],
  );
  const { rows: changed } = await tx.query<UsedResource>(
    `with wanted as (select * from unnest($3::bigint[], $4::bigint[], $5::bigint[]) as w(running, account, resource)),
     lost as (delete from running_resource x where x.observer = $1 and x.running = any($2::bigint[]) and not exists
       (select from wanted w where w.running = x.running and w.account = x.account and w.resource = x.resource) returning x.account, x.resource),
     gained as (insert into running_resource (observer, running, account, resource) select $1, running, account, resource from wanted
       on conflict do nothing returning account, resource)
     select account, resource from lost union select account, resource from gained`,
    [
      ...[account, rows.map((row) => row.id)],
      ...[links.map((link) => link.running), links.map((link) => link.account), links.map((link) => link.resource)],
    ],
  );
  return changed;
}

function formsOf(row: RunningRow): readonly string[] {
  return [...(row.digest === null ? [] : [row.digest]), ...row.digests];
}

function observe(row: RunningRow, tagged: readonly string[]): Observation {
  const names = [row.image, parseImageId(row.image_id).name ?? ''].flatMap(nameOf);
  return { forms: formsOf(row), platform: row.platform, names, tagged };
}

/** With Docker's defaults: `nginx` is `docker.io/library/nginx`. */
function nameOf(reference: string): ImageName[] {
  const parsed = reference === '' ? undefined : parseReference(reference);
  return parsed === undefined ? [] : [{ registry: parsed.registry, repository: parsed.repository }];
}
