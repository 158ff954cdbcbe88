import { AssayError } from '@assay/core/errors.ts';
import type { Gap } from '@assay/core/gap.ts';
import type { LayerFacts } from './layers/squash.ts';
import { FRAME } from './sandbox/frames.ts';
import type { Sandbox } from './sandbox/pool.ts';
import type { Pick, ReaderLimits } from './sandbox/protocol.ts';
import { type JobSink, type Reader, ReaderDied, type ReaderResult } from './sandbox/reader.ts';
import { parseDigest } from './source/digest.ts';
import type { ImageLayer, LayerBytes } from './source/image.ts';

/** Facts and gaps of one layer (or folder), as collected from a reader process. */
export interface LayerReading extends LayerFacts {
  readonly gaps: readonly Gap[];
  readonly bytes: number;
  readonly files: number;
}

export interface ReadOptions {
  readonly sandbox: Sandbox;
  readonly limits: ReaderLimits;
  readonly verifyDiffIds: boolean;
  /** Layers whose stored bytes are hashed by a job of its own, because one of them would keep a process busy after the others are done. */
  readonly hashApart?: (layer: ImageLayer) => boolean;
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** Entries of one layer beyond this many bytes are a gap, not an out-of-memory error. */
const MAX_ENTRY_BYTES = 512 << 20;
/** Facts of one layer; a catalogue of more things is no image. */
const MAX_FACTS = 3_000_000;
const MAX_GAPS = 1000;

export interface Collection {
  readonly sink: JobSink;
  finish(result: ReaderResult): LayerReading;
}

/** Gathers what one job says; `layer` marks its gaps. */
export function collect(layer: string | undefined): Collection {
  const entries: Buffer[] = [];
  const facts = new Map<string, Map<string, unknown[]>>();
  const latest = new Map<string, number>();
  const gaps: Gap[] = [];
  let entryBytes = 0;
  let factCount = 0;
  const mark = layer === undefined ? {} : { layer };
  return {
    sink: {
      entries(piece) {
        entryBytes += piece.length;
        if (entryBytes <= MAX_ENTRY_BYTES) entries.push(piece);
      },
      gap({ t: _, ...gap }) {
        if (gaps.length < MAX_GAPS) gaps.push({ ...gap, ...mark });
      },
      facts({ path, cataloger, seq, facts: more }) {
        factCount += more.length;
        if (factCount > MAX_FACTS) return;
        if ((latest.get(path) ?? 0) < seq) {
          // The archive names the file again: the last one counts.
          latest.set(path, seq);
          facts.delete(path);
        }
        let byCataloger = facts.get(path);
        if (byCataloger === undefined) {
          byCataloger = new Map();
          facts.set(path, byCataloger);
        }
        const list = byCataloger.get(cataloger);
        if (list === undefined) byCataloger.set(cataloger, more as unknown[]);
        else for (const fact of more) list.push(fact);
      },
    },
    finish(result) {
      if (entryBytes > MAX_ENTRY_BYTES)
        gaps.push({ code: 'limit-reached', message: 'The layer has too many entries to be merged.', ...mark });
      if (factCount > MAX_FACTS)
        gaps.push({ code: 'limit-reached', message: `Only the first ${MAX_FACTS} facts of the layer are kept.`, ...mark });
      if (gaps.length >= MAX_GAPS) gaps.push({ code: 'limit-reached', message: `Only the first ${MAX_GAPS} gaps are kept.`, ...mark });
      return { entries, facts, gaps, bytes: result.packed, files: result.entries };
    },
  };
}

const NOTHING: LayerReading = { entries: [], facts: new Map(), gaps: [], bytes: 0, files: 0 };

/** Reads one layer, or with `picks` only certain files of it. What cannot be read is a gap in the answer; only bugs and aborts throw. */
export async function readLayerOf(layer: ImageLayer, options: ReadOptions, picks?: readonly Pick[]): Promise<LayerReading> {
  const { info, bytes } = layer;
  if (bytes === undefined) return { ...NOTHING, gaps: layer.gap === undefined ? [] : [layer.gap] };
  const hash = layer.checkDigest && picks === undefined ? parseDigest(info.digest)?.algorithm : undefined;
  const apart = hash !== undefined && bytes.kind === 'range' && (options.hashApart?.(layer) ?? false);
  const wantDiff = picks === undefined && info.diffId !== undefined && (options.verifyDiffIds || !layer.checkDigest);
  const diffHash = wantDiff ? parseDigest(info.diffId)?.algorithm : undefined;
  let collection = collect(info.digest);
  const shared = {
    op: 'layer' as const,
    limits: options.limits,
    ...(diffHash !== undefined && { diffHash }),
    ...(picks !== undefined && { picks }),
  };
  try {
    const read = options.sandbox.run({
      sink: () => {
        collection = collect(info.digest);
        return collection.sink;
      },
      feed: async (reader) => {
        if (bytes.kind === 'range') {
          const { fd, offset, length } = bytes;
          return reader.command({
            ...shared,
            fd: options.sandbox.descriptor(fd),
            offset,
            length,
            ...(hash !== undefined && !apart && { hash }),
          });
        }
        await reader.command(shared);
        await feedStream(reader, bytes.open, options);
      },
    });
    const [unhashed, hashed] = await Promise.all([read, apart ? hashOf(bytes, hash, options) : undefined]);
    const result = hashed === undefined ? unhashed : { ...unhashed, ...hashed };
    const reading = collection.finish(result);
    if (bytes.kind === 'range') options.onBytes?.(result.packed);
    const wrong = mismatch(layer, result, bytes.kind === 'range' && hash !== undefined, diffHash !== undefined);
    // Bytes that are not what the manifest promised say nothing about the image.
    return wrong === undefined ? reading : { ...NOTHING, gaps: [...reading.gaps, { ...wrong, layer: info.digest }], bytes: result.packed };
  } catch (error) {
    if (options.signal?.aborted === true) throw options.signal.reason;
    return { ...NOTHING, gaps: [{ ...gapOf(error), layer: info.digest }] };
  }
}

async function hashOf(
  { fd, offset, length }: Extract<LayerBytes, { kind: 'range' }>,
  hash: string,
  { sandbox }: ReadOptions,
): Promise<{ readonly digest?: string }> {
  const sink = { facts: () => {}, gap: () => {}, entries: () => {} };
  const { digest } = await sandbox.run({
    sink: () => sink,
    feed: (reader) => reader.command({ op: 'hash', fd: sandbox.descriptor(fd), offset, length, hash }),
  });
  return digest === undefined ? {} : { digest };
}

function mismatch(layer: ImageLayer, result: ReaderResult, checkDigest: boolean, checkDiff: boolean): Gap | undefined {
  if (checkDigest && result.digest !== layer.info.digest) {
    return { code: 'digest-mismatch', message: `A layer has the digest ${result.digest}, not the one the manifest names.` };
  }
  if (checkDiff && result.diffId !== layer.info.diffId) {
    return { code: 'digest-mismatch', message: `An unpacked layer has the digest ${result.diffId}, not the one the configuration names.` };
  }
  return undefined;
}

async function feedStream(reader: Reader, open: (signal: AbortSignal) => AsyncIterable<Buffer>, options: ReadOptions): Promise<void> {
  const own = new AbortController();
  const signal = options.signal === undefined ? own.signal : AbortSignal.any([own.signal, options.signal]);
  try {
    for await (const piece of open(signal)) {
      options.onBytes?.(piece.length);
      await reader.frame(FRAME.data, piece);
    }
    await reader.frame(FRAME.end, Buffer.alloc(0));
  } finally {
    own.abort();
  }
}

function gapOf(error: unknown): Gap {
  if (error instanceof ReaderDied) {
    const limit = error.reason === 'time' || error.reason === 'memory';
    return { code: limit ? 'limit-reached' : 'unreadable-layer', message: error.message };
  }
  if (error instanceof AssayError) {
    return { code: error.code === 'digest-mismatch' ? 'digest-mismatch' : 'unreadable-layer', message: error.message };
  }
  throw error;
}
