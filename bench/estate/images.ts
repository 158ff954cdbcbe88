import { createHash } from 'node:crypto';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type pg from 'pg';
import type { EstateFacts, EstateSize } from './build.ts';
import type { Dictionary } from './content.ts';
import { Loader } from './copy.ts';
import { findingCounts, findingLoaders, findingsOf } from './findings.ts';
import type { Random } from './random.ts';
import { DAY, NOW, timestamp } from './time.ts';

/** The first layers are base images: larger, and every image starts with one of them. */
const BASES = 500;
const HOST_EVERY = 100;

interface Making {
  readonly size: EstateSize;
  readonly dictionary: Dictionary;
  readonly random: Random;
}

interface Image {
  readonly id: number;
  readonly account: number;
  readonly host: boolean;
  /** Sorted, unique. */
  readonly packages: readonly number[];
  readonly digest: string;
}

export async function insertImages(client: pg.ClientBase, making: Making): Promise<EstateFacts> {
  const { size, random } = making;
  const layers = makeLayers(making);
  const load = {
    inventory: new Loader(client, 'inventory', ['account', 'id', 'digest', 'catalogers', 'packages', 'evidence']),
    resource: new Loader(client, 'resource', RESOURCE_COLUMNS),
    tag: new Loader(client, 'resource_tag', ['account', 'resource', 'space', 'key', 'value']),
    ...findingLoaders(client),
  };
  const seen = { digests: new Set<string>(), layers: new Set<number>(), packages: new Set<number>() };
  const counts = findingCounts(size, random);
  const facts = { images: 0, hosts: 0, findings: 0, open: 0 };
  for (let id = 1; id <= size.images; id++) {
    const image = makeImage({ id, layers, seen }, making);
    facts[image.host ? 'hosts' : 'images']++;
    await load.inventory.add([image.account, id, `\\x${image.digest}`, '\\x00', `{${image.packages.join(',')}}`, '']);
    await load.resource.add(resourceRow(image, random));
    if (!image.host) await load.tag.add([image.account, id, 1, 'tag', `v${random.below(50)}`]);
    if (random.below(10) === 0) await load.tag.add([image.account, id, 2, 'team', `team-${random.below(40)}`]);
    for (const { open, finding, packages } of findingsOf({ image, count: counts[id - 1] ?? 0, after: facts.findings }, making)) {
      facts.findings++;
      if (open) facts.open++;
      await load.finding.add(finding);
      for (const row of packages) await load.findingPackage.add(row);
    }
  }
  for (const loader of Object.values(load)) await loader.flush();
  return { ...facts, distinctInventories: seen.digests.size, distinctLayers: seen.layers.size, distinctPackages: seen.packages.size };
}

function makeLayers({ size, random }: Making): readonly Int32Array[] {
  return Array.from({ length: size.layers }, (_, n) => {
    const count = n < BASES ? 120 + random.below(100) : 5 + random.below(60);
    return Int32Array.from({ length: count }, () => 1 + random.zipf(size.packages));
  });
}

interface Place {
  readonly id: number;
  readonly layers: readonly Int32Array[];
  readonly seen: { readonly digests: Set<string>; readonly layers: Set<number>; readonly packages: Set<number> };
}

/** Two packages of its own, a base and as many further layers as it takes; drawn again while another image is equal. */
function makeImage({ id, layers, seen }: Place, { size, random }: Making): Image {
  const account = 1 + random.zipf(size.accounts);
  for (;;) {
    const packages = new Set<number>([1 + (id % size.packages), 1 + ((id * 7919) % size.packages)]);
    const used: number[] = [];
    const take = (layer: number): void => {
      used.push(layer);
      for (const one of layers[layer] ?? []) packages.add(one);
    };
    take(random.zipf(BASES));
    while (packages.size < size.packagesPerImage) take(BASES + random.zipf(size.layers - BASES));
    const sorted = [...packages].slice(0, size.packagesPerImage).sort((a, b) => a - b);
    const digest = createHash('sha256').update(sorted.join(',')).digest('hex');
    if (seen.digests.has(digest)) continue;
    seen.digests.add(digest);
    for (const layer of used) seen.layers.add(layer);
    for (const one of sorted) seen.packages.add(one);
    return { id, account, host: id % HOST_EVERY === 0, packages: sorted, digest };
  }
}

const RESOURCE_COLUMNS = [
  ...['account', 'id', 'kind', 'arn', 'inventory', 'evaluated', 'scan_status', 'scan_reason', 'registry', 'repository', 'digest'],
  ...['arch', 'platform', 'pushed_at', 'last_in_use_at', 'in_use_count'],
];

function resourceRow({ id, account, host, digest }: Image, random: Random): (string | number | null)[] {
  const owner = String(account).padStart(12, '0');
  const pushed = timestamp(NOW - random.below(720) * DAY - random.below(DAY));
  const inUse = random.below(4) === 0;
  if (host) {
    const arn = `arn:aws:ec2:us-east-1:${owner}:instance/i-${digest.slice(0, 17)}`;
    return [account, id, RESOURCE_KIND.AWS_EC2_INSTANCE, arn, id, 1, 1, 1, null, null, null, null, 'debian 12', null, null, 0];
  }
  const repository = `team-${id % 40}/service-${id % 2_000}`;
  const arn = `arn:aws:ecr:us-east-1:${owner}:repository/${repository}/sha256:${digest}`;
  const row = [
    account,
    id,
    RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE,
    arn,
    id,
    1,
    1,
    1,
    `registry-${id % 5}.example`,
    repository,
    `sha256:${digest}`,
  ];
  return [...row, random.below(4) === 0 ? 'arm64' : 'amd64', 'debian 12', pushed, inUse ? pushed : null, inUse ? 1 + random.below(30) : 0];
}
