import { RELATIONSHIP } from '../accounts/organization.ts';
import type { Transaction } from '../db/pool.ts';
import type { ImageGraph, KnownImage } from './ladder.ts';

/** An image with a config is one; the values are core's kinds of manifest. */
const IMAGE = 2;

interface Row extends KnownImage {
  readonly index: string | null;
  readonly config: string | null;
}

/**
 * What is known about these digests: the graph of manifests, which belongs to nobody, and the images of `circle`, the accounts that share
 * what runs. Images that no registry of ours told about say themselves which index and configuration they have; that holds for their
 * own circle only, because whoever submits one could claim anything.
 */
export async function readGraph(tx: Transaction, circle: number, digests: readonly string[]): Promise<ImageGraph> {
  const { rows: links } = await tx.query<{ index: string; child: string; platform: string }>(
    'select index, child, platform from index_child where index = any($1::text[])',
    [digests],
  );
  const manifests = [...new Set([...digests, ...links.map((link) => link.child)])];
  const { rows: same } = await tx.query<{ form: string; digest: string }>(
    `select m.digest as form, s.digest from manifest m join manifest s on s.config = m.config and s.kind = ${IMAGE}
       where m.digest = any($1::text[]) and m.kind = ${IMAGE}
     union select config, digest from manifest where config = any($2::text[]) and kind = ${IMAGE}`,
    [manifests, digests],
  );
  const wanted = [...new Set([...manifests, ...same.map((one) => one.digest)])];
  const { rows } = await tx.query<Row>(IMAGES, [circle, wanted, digests]);
  return graphOf(links, same, rows);
}

const COLUMNS = `r.account, r.id, coalesce(r.registry, '') as registry, coalesce(r.repository, '') as repository, r.digest,
  coalesce(r.detail->>'platform', 'linux/' || r.arch, '') as platform, r.detail->>'index' as index, r.detail->>'config' as config`;
const OF_CIRCLE = `resource r left join member m on m.account = r.account and m.status = ${RELATIONSHIP.ENABLED}
  where coalesce(m.administrator, r.account) = $1 and r.digest is not null`;

const IMAGES = `select ${COLUMNS} from ${OF_CIRCLE} and r.digest = any($2::text[])
  union select ${COLUMNS} from ${OF_CIRCLE} and r.detail ? 'index' and r.detail->>'index' = any($3::text[])
  union select ${COLUMNS} from ${OF_CIRCLE} and r.detail ? 'config' and r.detail->>'config' = any($3::text[])`;

function graphOf(
  links: readonly { readonly index: string; readonly child: string; readonly platform: string }[],
  same: readonly { readonly form: string; readonly digest: string }[],
  images: readonly Row[],
): ImageGraph {
  const byDigest = Map.groupBy(images, (image) => image.digest);
  const claimed = Map.groupBy(images, (image) => image.index);
  const read = Map.groupBy(links, (link) => link.index);
  const sharing = Map.groupBy([...same, ...images.flatMap(sayingConfig)], (one) => one.form);
  return {
    images: (digest) => byDigest.get(digest) ?? [],
    children(index) {
      const whole = read.get(index);
      if (whole !== undefined) return { whole: true, entries: whole.map(({ child, platform }) => ({ digest: child, platform })) };
      return { whole: false, entries: claimed.get(index) ?? [] };
    },
    sameContent: (digest) => (sharing.get(digest) ?? []).map((one) => one.digest),
  };
}

function sayingConfig({ config, digest }: Row): { readonly form: string; readonly digest: string }[] {
  return config === null ? [] : [{ form: config, digest }];
}
