import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alpineSizedImage, debianImage, layerFiles, manyFilesImage, missingTools } from '../images.ts';
import { median, mustRun, type Ran, repeat, run } from '../measure.ts';
import { type BenchContext, megabytes, type Part, type PartResult, seconds } from '../part.ts';
import { measurePeers } from './peers.ts';

const CLI = fileURLToPath(new URL('../../packages/cli', import.meta.url));

export const scanImage: Part = { name: 'scan', run: measureScan };
export const manyFiles: Part = { name: 'files', run: measureManyFiles };

interface Scanned {
  readonly ms: number;
  /** Processor time of the command and its readers, milliseconds. */
  readonly cpu: number;
  readonly memory: number;
  readonly packages: number;
}

/** The program as `npm pack` would install it, bundled and without its sources; made once for each folder. */
async function installedCli(folder: string): Promise<string> {
  const home = join(folder, 'installed');
  const program = join(home, 'bin/assay.js');
  if (existsSync(program)) return program;
  await mustRun(process.execPath, [join(CLI, 'build.mjs')]);
  mkdirSync(join(home, 'bin'), { recursive: true });
  for (const file of ['bin/assay.js', 'package.json']) copyFileSync(join(CLI, file), join(home, file));
  symlinkSync(join(CLI, 'dist'), join(home, 'dist'));
  return program;
}

/** The command as a pipeline runs it: the median of `times` after one that warms the caches, and one more for memory. */
async function scan(target: string, ctx: BenchContext, times: number): Promise<Scanned> {
  const output = join(ctx.folder, 'scan.json');
  const args = [await installedCli(ctx.folder), 'scan', target, '--offline', '--format', 'json', '--output', output];
  const env = { ASSAY_DATA_DIR: join(ctx.folder, 'data') };
  const once = async (sampleMemory: boolean): Promise<Ran> => {
    const ran = await run('sh', ['-c', '"$@"; code=$?; times; exit $code', 'sh', process.execPath, ...args], { env, sampleMemory });
    // 3: something was not looked at, such as a release that the starter database has no advisories for.
    if (ran.code !== 0 && ran.code !== 3) throw new Error(`assay scan failed: ${ran.stderr.trim().slice(-500)}`);
    return ran;
  };
  const { peakMemory } = await once(true);
  const runs = await repeat(times, () => once(false));
  const document = JSON.parse(readFileSync(output, 'utf8')) as { packages?: unknown[] };
  return {
    cpu: median(runs.map((ran) => cpuOf(ran.stdout))),
    ms: median(runs.map((ran) => ran.ms)),
    memory: peakMemory,
    packages: document.packages?.length ?? 0,
  };
}

/** The shell's `times`: a line for itself, then `user system` of everything it waited for, as 1m2.345s. */
function cpuOf(output: string): number {
  const parts = [...(output.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0);
}

async function gunzip(files: readonly string[], times: number): Promise<number> {
  const script = 'for file; do libdeflate-gunzip -c < "$file" > /dev/null; done';
  return median((await repeat(times, () => mustRun('sh', ['-c', script, 'sh', ...files]))).map((ran) => ran.ms));
}

async function measureScan(ctx: BenchContext): Promise<PartResult> {
  const missing = await missingTools();
  if (missing !== undefined) return { lines: [], skipped: missing };
  const image = await debianImage(ctx);
  const layers = layerFiles(image);
  const size = layers.reduce((sum, file) => sum + statSync(file).size, 0);
  const unpacked = layers.reduce((sum, file) => sum + unpackedSize(file), 0);
  const times = 5;
  const reference = await gunzip(layers, times);
  const scanned = await scan(image, ctx, times);
  const alpine = await scan(alpineSizedImage(ctx.folder), ctx, times);
  const start = median((await repeat(times, () => mustRun(process.execPath, ['-e', '0']))).map((ran) => ran.ms));
  const peers = ctx.small ? undefined : await measurePeers(image, ctx);
  const ratio = scanned.ms / reference;
  return {
    lines: [
      {
        what: `scan of a ${megabytes(unpacked)} image`,
        measured: seconds(scanned.ms),
        reference: `gunzip: ${seconds(reference)}`,
        ratio,
        ...(!ctx.small && { budget: '≤ 1.0 ×', met: ratio <= 1 }),
      },
      { what: '  memory of all its processes', measured: megabytes(scanned.memory), budget: '≤ 250 MB', met: scanned.memory <= 250e6 },
      {
        what: 'scan of an Alpine-sized image',
        measured: seconds(alpine.ms),
        reference: `node -e 0: ${seconds(start)}`,
        ratio: alpine.ms / start,
        budget: '≤ 0.3 s',
        met: alpine.ms <= 300,
      },
      ...(peers?.lines(scanned.ms) ?? []),
    ],
    shapes: [
      {
        name: 'a scan finds the packages',
        holds: scanned.packages > 50 && alpine.packages === 15,
        detail: `${scanned.packages} and ${alpine.packages}`,
      },
      { name: 'a scan takes bounded memory', holds: scanned.memory <= 400e6, detail: `${megabytes(scanned.memory)}, at most 400 MB` },
    ],
    notes: [
      `Debian ${megabytes(size)} compressed in ${layers.length} layers, digests verified; the whole command, from start to JSON. gunzip: libdeflate-gunzip -c over the layers one after another. Memory: highest sum of the proportional set sizes of the command and its readers.`,
      ...(peers?.notes ?? []),
    ],
  };
}

/** gzip keeps the size modulo 4 GB at its end. */
function unpackedSize(file: string): number {
  const bytes = readFileSync(file);
  return bytes.readUInt32LE(bytes.length - 4);
}

async function measureManyFiles(ctx: BenchContext): Promise<PartResult> {
  const missing = await missingTools();
  if (missing !== undefined) return { lines: [], skipped: missing };
  const count = Math.round(1_000_000 * ctx.scale);
  const image = async (files: number): Promise<string> => {
    const made = join(ctx.cache, `files-${files}`);
    return existsSync(join(made, 'index.json')) ? made : manyFilesImage(ctx.cache, files);
  };
  const times = ctx.small ? 3 : 1;
  const half = await scan(await image(count / 2), ctx, times);
  const whole = await image(count);
  const full = await scan(whole, ctx, times);
  const reference = await gunzip(layerFiles(whole), times);
  const growth = full.cpu / half.cpu;
  const label = count.toLocaleString('en');
  return {
    lines: [
      {
        what: `one layer of ${label} files`,
        measured: seconds(full.ms),
        reference: `gunzip: ${seconds(reference)}`,
        ratio: full.ms / reference,
        ...(!ctx.small && { budget: '< 60 s', met: full.ms < 60_000 }),
      },
      {
        what: '  memory of all its processes',
        measured: megabytes(full.memory),
        reference: `half: ${megabytes(half.memory)}`,
        budget: '< 700 MB',
        met: full.memory < 700e6,
      },
    ],
    shapes: [
      {
        name: 'files are read in linear time',
        holds: growth <= 3.5,
        detail: `twice the files, processor time × ${growth.toFixed(1)}, at most × 3.5`,
      },
    ],
  };
}
