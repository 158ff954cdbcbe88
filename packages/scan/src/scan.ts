import { availableParallelism } from 'node:os';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { Inventory, Subject } from '@assay/core/inventory.ts';
import { buildAttribution } from './attribution.ts';
import type { Cataloger } from './cataloger.ts';
import { catalogers as allCatalogers } from './catalogers.ts';
import { buildInventory } from './inventory.ts';
import { type LayerReading, type ReadOptions, readLayerOf } from './read-image.ts';
import { Sandbox } from './sandbox/pool.ts';
import { READER_LIMITS, type ReaderLimits } from './sandbox/protocol.ts';
import { scanDirectory } from './source/directory/directory.ts';
import type { WalkLimits } from './source/directory/walk.ts';
import type { ImageHandle } from './source/image.ts';
import { type ResolveOptions, resolveTarget } from './source/resolve-target.ts';
import { buildView } from './squash-view.ts';

export interface ScanOptions extends ResolveOptions {
  /** Default: all. The reader process must know the same ones (see `sandboxEntry`). */
  readonly catalogers?: readonly Cataloger[];
  readonly limits?: Partial<ReaderLimits>;
  /** Program of the reader process, where it is not beside this code. */
  readonly sandboxEntry?: string;
  /** Default: one per core. */
  readonly processes?: number;
  /** Check every unpacked layer against the configuration as well; costs half as much again. */
  readonly verifyDiffIds?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** A directory is the root of a running machine: other users' homes and pseudo file systems are passed over. */
  readonly host?: boolean;
  /** Makes the subject a host of this identity instead of a directory. */
  readonly hostSubject?: Omit<Extract<Subject, { kind: 'host' }>, 'kind'>;
  readonly walkLimits?: Partial<WalkLimits>;
}

export interface Progress {
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  readonly layers: number;
  readonly totalLayers: number;
}

/**
 * Inventories of a TARGET: one, or one per platform when all are asked for. Throws an AssayError when there is nothing to look at
 * (`not-found`, `ambiguous-target`, `no-platform`, `not-an-image`, `unsupported-manifest`, `digest-mismatch`, `unsupported-target` for
 * SBOM files, and the registry's own); whatever is wrong inside the target is a gap.
 */
export async function* scanTarget(text: string, options: ScanOptions, ctx: Context): AsyncIterable<Inventory> {
  const target = await resolveTarget(text, options);
  if (target.kind === 'sbom') throw new AssayError('unsupported-target', `${text} is an SBOM, which is read without scanning.`);
  if (target.kind === 'directory') {
    yield await scanDirectory(target.path, options, ctx);
    return;
  }
  try {
    for await (const image of target.images()) yield await scanImage(image, options, ctx);
  } finally {
    target.close();
  }
}

/** Inventory of one image that was opened by a source. */
export async function scanImage(image: ImageHandle, options: ScanOptions, ctx: Context): Promise<Inventory> {
  const started = ctx.now();
  const catalogers = options.catalogers ?? allCatalogers;
  const processes = options.processes ?? availableParallelism();
  const apart = processes > 1 ? dominant(image) : undefined;
  const sandbox = new Sandbox({
    processes: Math.max(1, Math.min(processes, image.layers.length + (apart === undefined ? 0 : 1))),
    descriptors: [...new Set(image.layers.flatMap(({ bytes }) => (bytes?.kind === 'range' ? [bytes.fd] : [])))],
    ...(options.sandboxEntry !== undefined && { entry: options.sandboxEntry }),
  });
  const progress = trackProgress(image, options.onProgress);
  const read: ReadOptions = {
    sandbox,
    limits: { ...READER_LIMITS, ...options.limits },
    verifyDiffIds: options.verifyDiffIds ?? false,
    hashApart: (layer) => layer === apart,
    ...(ctx.signal !== undefined && { signal: ctx.signal }),
    onBytes: progress.onBytes,
  };
  const stop = (): void => sandbox.close();
  ctx.signal?.addEventListener('abort', stop, { once: true });
  try {
    const layers = await readLayers(image, read, progress.layerDone);
    const digests = image.layers.map((layer) => layer.info.digest);
    const view = await buildView({
      layers,
      digests,
      catalogers,
      pick: (layer, picks) => readLayerOf(image.layers[layer]!, read, picks),
    });
    return buildInventory({
      subject: image.subject,
      view,
      catalogers,
      attribute: buildAttribution({ layers, digests, catalogers, view }),
      gaps: [...image.gaps, ...layers.flatMap((layer) => layer.gaps)],
      stats: {
        bytesRead: layers.reduce((sum, layer) => sum + layer.bytes, 0),
        files: layers.reduce((sum, layer) => sum + layer.files, 0),
        milliseconds: Math.round(ctx.now() - started),
        ...(sandbox.isolation !== null && { isolation: sandbox.isolation }),
      },
    });
  } finally {
    ctx.signal?.removeEventListener('abort', stop);
    sandbox.close();
  }
}

/** Hashing takes a seventh of the time that decoding takes. */
const WORTH_A_JOB = 32 << 20;

/** The layer that would keep one process busy when all others are done; starting a process for less than some 50 ms pays nothing. */
function dominant({ layers }: ImageHandle): ImageHandle['layers'][number] | undefined {
  const total = layers.reduce((sum, { info }) => sum + info.size, 0);
  return layers.find(({ info }) => info.size > Math.max(WORTH_A_JOB, total / 2));
}

/** All layers, the largest first so that none is left over at the end; answers are in the image's order. */
async function readLayers(image: ImageHandle, read: ReadOptions, layerDone: () => void): Promise<readonly LayerReading[]> {
  const order = [...image.layers.entries()].sort(([, a], [, b]) => b.info.size - a.info.size);
  const readings = new Array<LayerReading>(image.layers.length);
  await Promise.all(
    order.map(async ([position, layer]) => {
      readings[position] = await readLayerOf(layer, read);
      layerDone();
    }),
  );
  return readings;
}

function trackProgress(
  image: ImageHandle,
  onProgress: ScanOptions['onProgress'],
): { onBytes: (bytes: number) => void; layerDone: () => void } {
  let bytes = 0;
  let layers = 0;
  const tell = (): void => onProgress?.({ bytes, totalBytes: image.subject.size, layers, totalLayers: image.layers.length });
  return {
    onBytes: (more) => {
      bytes += more;
      tell();
    },
    layerDone: () => {
      layers++;
      tell();
    },
  };
}
