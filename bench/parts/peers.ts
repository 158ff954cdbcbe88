import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../measure.ts';
import { type BenchContext, type Line, seconds } from '../part.ts';

const SYFT = 'github.com/anchore/syft/cmd/syft@latest';
const BUILD_WITHIN_MS = 300_000;
const SCAN_WITHIN_MS = 120_000;

export interface Peers {
  lines(ours: number): Line[];
  readonly notes: readonly string[];
}

/** Syft on the same image, where Go can build it in five minutes; it takes stock only, without matching. */
export async function measurePeers(image: string, ctx: BenchContext): Promise<Peers> {
  const folder = join(ctx.cache, 'peers');
  const binary = join(folder, 'syft');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(binary)) {
    ctx.say('building syft for comparison');
    const built = await run('go', ['install', SYFT], { env: { GOBIN: folder, CGO_ENABLED: '0' }, timeoutMs: BUILD_WITHIN_MS }).catch(
      () => undefined,
    );
    if (built?.code !== 0) return { lines: () => [], notes: ['Syft and Trivy were not measured: Go could not build Syft here.'] };
  }
  const args = ['scan', `oci-dir:${image}`, '-q', '-o', 'json'];
  const options = { env: { SYFT_CHECK_FOR_APP_UPDATE: 'false' }, timeoutMs: SCAN_WITHIN_MS };
  await run(binary, args, options);
  const ran = await run(binary, args, options);
  if (ran.code !== 0) return { lines: () => [], notes: [`Syft was built but did not read the image: ${ran.stderr.trim().slice(0, 200)}`] };
  return {
    lines: (ours) => [
      {
        what: '  against Syft on the same image',
        measured: seconds(ours),
        reference: `syft: ${seconds(ran.ms)}`,
        ratio: ours / ran.ms,
        budget: '≤ 0.33 ×',
        met: ours <= ran.ms / 3,
      },
    ],
    notes: ['Syft takes stock of packages only; Assay also matched them. Trivy was not measured.'],
  };
}
