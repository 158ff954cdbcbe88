import { createHash, type Hash } from 'node:crypto';
import type { GapCode } from '@assay/core/gap.ts';
import { DecompressError, decompress, sniffCompression } from '../layers/decompress.ts';
import { TarError, type TarSink, TarWalker } from '../layers/tar-walker.ts';
import { withHead } from './input.ts';
import type { ReaderLimits } from './protocol.ts';

export interface LayerOutcome {
  readonly digest?: string;
  readonly diffId?: string;
  readonly packed: number;
  readonly unpacked: number;
  readonly entries: number;
}

export interface LayerJob {
  readonly input: Iterable<Buffer>;
  readonly sink: TarSink;
  readonly limits: ReaderLimits;
  readonly hash?: string;
  readonly diffHash?: string;
  readonly gap: (code: GapCode, message: string) => void;
}

/**
 * One pass over one layer: hash of the stored bytes, decompression, entries into the sink. Damage becomes a gap and the rest of
 * the input is still hashed, so that "wrong bytes" and "bytes that are wrong" stay apart.
 */
export async function readLayer(job: LayerJob): Promise<LayerOutcome> {
  const digest = job.hash === undefined ? undefined : createHash(job.hash);
  const diff = job.diffHash === undefined ? undefined : createHash(job.diffHash);
  const count = { packed: 0, unpacked: 0 };
  const walker = new TarWalker(job.sink, { maxEntries: job.limits.maxEntries, maxHeaderBytes: 1 << 20 });
  const packed = withHead(counted(job.input, count, digest), 6)[Symbol.iterator]();
  // Not closed when decoding stops early: the rest is still needed for the hash.
  const rest: Iterable<Buffer> = { [Symbol.iterator]: () => ({ next: () => packed.next() }) };
  try {
    const first = packed.next();
    if (first.done !== true) await walk(job, walker, count, { first: first.value, rest, diff });
    walker.finish();
  } catch (error) {
    if (error instanceof TarError) job.gap(error.code, error.message);
    else if (error instanceof DecompressError) {
      if (!walker.ended) job.gap(error.truncated ? 'truncated-input' : 'unreadable-layer', error.message);
    } else throw error;
  }
  if (walker.trailing) job.gap('unparsable-file', 'The layer has data behind its end mark, which container runtimes ignore.');
  for (const _ of rest);
  return {
    ...(digest !== undefined && { digest: `${job.hash}:${digest.digest('hex')}` }),
    ...(diff !== undefined && { diffId: `${job.diffHash}:${diff.digest('hex')}` }),
    ...count,
    entries: walker.entries,
  };
}

interface Opened {
  readonly first: Buffer;
  readonly rest: Iterable<Buffer>;
  readonly diff: Hash | undefined;
}

async function walk(job: LayerJob, walker: TarWalker, count: { packed: number; unpacked: number }, opened: Opened): Promise<void> {
  const kind = sniffCompression(opened.first);
  if (kind === 'bzip2' || kind === 'xz') {
    return job.gap('unsupported-media-type', `The layer is compressed with ${kind}, which is not supported.`);
  }
  const all = (function* () {
    yield opened.first;
    yield* opened.rest;
  })();
  const accept = (piece: Buffer): boolean => {
    count.unpacked += piece.length;
    opened.diff?.update(piece);
    walker.write(piece);
    if (count.unpacked > job.limits.maxUnpackedBytes) {
      throw new TarError('limit-reached', `The layer unpacks to more than ${job.limits.maxUnpackedBytes} bytes.`);
    }
    if (count.unpacked > 1 << 30 && count.unpacked > count.packed * job.limits.maxRatio) {
      throw new TarError('limit-reached', `The layer unpacks to more than ${job.limits.maxRatio} times its size.`);
    }
    return !walker.trailing || opened.diff !== undefined;
  };
  if (kind === 'none') {
    for (const piece of all) if (!accept(piece)) return;
    return;
  }
  const pieces = decompress(kind, all);
  if (Symbol.iterator in pieces) {
    for (const piece of pieces) if (!accept(piece)) return;
  } else {
    for await (const piece of pieces) if (!accept(piece)) return;
  }
}

function* counted(input: Iterable<Buffer>, count: { packed: number }, digest: Hash | undefined): Generator<Buffer> {
  for (const piece of input) {
    count.packed += piece.length;
    digest?.update(piece);
    yield piece;
  }
}
