import { createHash } from 'node:crypto';
import type { LayerInfo, Subject } from '@assay/core/inventory.ts';
import type { Transaction } from '../db/pool.ts';

/** For each layer, what it and all below it are: equal where two images begin alike. By content, so that another compression is the same. */
export function chainsOf(layers: readonly LayerInfo[]): Buffer[] {
  let below: Uint8Array = new Uint8Array();
  return layers.map(({ diffId, digest }) => {
    below = createHash('sha256')
      .update(below)
      .update(diffId ?? digest)
      .digest();
    return Buffer.from(below.subarray(0, 16));
  });
}

/** Remembers what an image lies on, in the transaction of its look. */
export async function recordLayers(
  tx: Transaction,
  image: { readonly account: number; readonly resource: number },
  subject: Subject,
): Promise<void> {
  if (subject.kind !== 'image' || subject.layers.length === 0) return;
  const chains = chainsOf(subject.layers).map((chain) => chain.toString('hex'));
  await tx.query(
    `insert into image_layer (account, resource, place, layer, chain, whole)
     select $1, $2, n - 1, layer, decode(chain, 'hex'), n = $5 from unnest($3::text[], $4::text[]) with ordinality as l(layer, chain, n)
     on conflict do nothing`,
    [image.account, image.resource, subject.layers.map((one) => one.digest), chains, chains.length],
  );
}
