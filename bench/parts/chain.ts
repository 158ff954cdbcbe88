import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage, buildIndex, layoutFiles, writeFiles } from '@assay/testkit/image-builder.ts';
import { type Finding, type ListFindingsCommandInput, paginateListCoverage } from '@aws-sdk/client-inspector2';
import { allFindings, inspector } from '../../e2e/api.ts';
import { setup as buildConsole } from '../../e2e/build-console.ts';
import { assay } from '../../e2e/cli.ts';
import { startCollector } from '../../e2e/collectors.ts';
import { READER, type Registry, skopeo } from '../../e2e/images.ts';
import { until } from '../../e2e/processes.ts';
import { working } from '../../e2e/requirements.ts';
import { type Service, startService } from '../../e2e/service.ts';
import { startWatchedRegistry } from '../../e2e/watched-registry.ts';
import { openChild } from '../line-child.ts';
import { median } from '../measure.ts';
import { type BenchContext, type Line, type Part, type PartResult, seconds } from '../part.ts';

const REPOSITORY = 'team/app';
const PLATFORMS = ['amd64', 'arm64'];
/** Somebody waits for it; beyond this something is broken. */
const PATIENCE_MS = 120_000;

/** The whole chain of real programs: a push until its findings, a pod's start until the image is in use. */
export const chain: Part = { name: 'chain', run: measureChain };

async function measureChain(ctx: BenchContext): Promise<PartResult> {
  const missing = ['docker-registry', 'skopeo'].find((name) => working(['/usr/bin/which'], [name]) === undefined);
  if (missing !== undefined) return { lines: [], skipped: `${missing} is not here` };
  const folder = join(ctx.folder, 'chain');
  mkdirSync(folder, { recursive: true });
  buildConsole();
  const service = await startService({ data: join(folder, 'data') });
  let registry: Registry | undefined;
  try {
    registry = await startWatchedRegistry({ service, folder, name: 'registry' });
    const [pushed, started] = ctx.small ? [3, 5] : [15, 40];
    const pushes = await measurePushes(pushed, { service, folder, host: registry.host });
    const image = `${registry.host}/${REPOSITORY}@${pushes.last}`;
    const starts = await measureStarts(started, { service, folder, image, digest: pushes.last });
    return resultOf(pushes, starts);
  } finally {
    registry?.close();
    await service.end();
  }
}

interface Pushes {
  /** Milliseconds from the start of skopeo to the findings on every platform, and those in which skopeo was at work. */
  readonly found: readonly number[];
  readonly pushing: readonly number[];
  /** Digest of an image of the last push. */
  readonly last: string;
}

interface Door {
  readonly service: Service;
  readonly folder: string;
}

async function measurePushes(count: number, { service, folder, host }: Door & { readonly host: string }): Promise<Pushes> {
  const found: number[] = [];
  const pushing: number[] = [];
  let last = '';
  for (let n = 0; n < count; n++) {
    const { layout, digests } = twoPlatforms(folder, n);
    const target = `docker://${host}/${REPOSITORY}:v${n}`;
    const begin = performance.now();
    skopeo('copy', '--all', '--dest-tls-verify=false', '--dest-creds', `${READER.user}:${READER.password}`, `oci:${layout}:both`, target);
    pushing.push(performance.now() - begin);
    for (const digest of digests) await untilFound(service, digest, (findings) => findings.length > 0);
    found.push(performance.now() - begin);
    last = digests[0] ?? '';
  }
  return { found, pushing, last };
}

/** An index of two images with a known hole, unlike those of any other number. */
function twoPlatforms(folder: string, n: number): { readonly layout: string; readonly digests: readonly string[] } {
  const images = PLATFORMS.map((architecture) => {
    const items = [
      { name: 'srv/app/node_modules/lodash/package.json', content: JSON.stringify({ name: 'lodash', version: '4.17.15' }) },
      { name: 'srv/app/build', content: String(n) },
    ];
    return buildImage({ architecture, layers: [{ items }] });
  });
  const layout = join(folder, `layout-${n}`);
  const index = buildIndex(images.map((image) => ({ image })));
  writeFiles(
    layout,
    layoutFiles(
      [{ blob: index, tag: 'both' }],
      images.flatMap((image) => image.blobs),
    ),
  );
  return { layout, digests: images.map((image) => image.manifest.digest) };
}

interface Starts {
  /** Milliseconds from each pod's status in the API until every finding tells it. */
  readonly counted: readonly number[];
  /** Whether coverage tells the same number as findings. */
  readonly agrees: boolean;
}

async function measureStarts(
  count: number,
  { service, folder, image, digest }: Door & { readonly image: string; readonly digest: string },
): Promise<Starts> {
  const api = openChild('kubernetes-api', ['0', '0']);
  const { kubeconfig } = await api.line<{ readonly kubeconfig: string }>();
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig, { mode: 0o600 });
  const added = await assay(['cluster', 'add', 'bench', '--server', service.address, '--credentials', service.credentialsFile], {
    cwd: folder,
  });
  if (added.code !== 0) throw new Error(`assay cluster add ended with ${added.code}: ${added.err}`);
  const words = ['--server', service.address, '--secret-file', 'kubeconfig', '--health', '0'];
  const collector = startCollector(words, { folder, token: added.out.trim() });
  try {
    await collector.said(/told everything/, PATIENCE_MS);
    const counted: number[] = [];
    for (let running = 1; running <= count; running++) {
      await api.line(`start web-${running} ${image}`);
      const begin = performance.now();
      await untilFound(service, digest, (findings) => findings.every((one) => inUse(one) === running));
      counted.push(performance.now() - begin);
    }
    return { counted, agrees: (await coverageInUse(service, digest)) === count };
  } finally {
    await collector.end();
    await api.stop();
  }
}

const inUse = (finding: Finding): number | undefined => finding.resources?.[0]?.details?.awsEcrContainerImage?.inUseCount;

/** Asks Amazon's own client again and again. */
async function untilFound(service: Service, digest: string, wanted: (findings: readonly Finding[]) => boolean): Promise<void> {
  const client = inspector(service);
  const asked: ListFindingsCommandInput = { filterCriteria: { ecrImageHash: [{ comparison: 'EQUALS', value: digest }] } };
  await until(async () => wanted(await allFindings(client, asked)), { within: PATIENCE_MS, what: () => `findings of ${digest}` });
}

async function coverageInUse(service: Service, digest: string): Promise<number | undefined> {
  for await (const { coveredResources } of paginateListCoverage({ client: inspector(service) }, {})) {
    const image = coveredResources?.find((one) => one.resourceId?.endsWith(digest));
    if (image !== undefined) return image.resourceMetadata?.ecrImage?.inUseCount;
  }
  return undefined;
}

function resultOf({ found, pushing }: Pushes, { counted, agrees }: Starts): PartResult {
  const most = (what: string, times: readonly number[], limit: number): Line => {
    const slowest = Math.max(...times);
    return { what, measured: seconds(slowest), budget: `≤ ${limit / 1000} s`, met: slowest <= limit };
  };
  const work = median(pushing);
  const usual = median(found);
  return {
    lines: [
      { what: 'push to findings on both platforms', measured: seconds(usual), reference: `skopeo: ${seconds(work)}`, ratio: usual / work },
      most(`  the slowest of ${found.length}`, found, 5000),
      { what: 'pod start to inUseCount of findings', measured: seconds(median(counted)) },
      most(`  the slowest of ${counted.length}`, counted, 2000),
    ],
    shapes: [{ name: 'findings and coverage tell the same use', holds: agrees, detail: `${counted.length} pods` }],
    notes: [
      "Real programs: Debian's registry notifies `assay serve` of what skopeo pushes (its own time is in the number); `assay collect` watches a scripted Kubernetes API in a process of its own. Asked with Amazon's client every 50 ms.",
    ],
  };
}
