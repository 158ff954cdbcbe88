import type { GapCode } from '@assay/core/gap.ts';
import type { ByteRange } from '../reading/byte-source.ts';

/** Bounds for one reader process. */
export interface ReaderLimits {
  /** Unpacked bytes of one layer. */
  readonly maxUnpackedBytes: number;
  /** Unpacked to packed, looked at beyond one gigabyte. */
  readonly maxRatio: number;
  readonly maxEntries: number;
  /** Facts of one file and cataloger. */
  readonly maxFacts: number;
  /** Bytes of files kept in memory until the end of a layer, because another file may need them. */
  readonly maxKeptBytes: number;
}

export const READER_LIMITS: ReaderLimits = {
  maxUnpackedBytes: 20e9,
  maxRatio: 200,
  maxEntries: 5_000_000,
  maxFacts: 500_000,
  maxKeptBytes: 256 << 20,
};

/** A file to be read under another name, because a link leads to it; `under` takes everything below a folder. */
export interface Pick {
  readonly path: string;
  readonly as: string;
  readonly under?: boolean;
}

/** To the reader. A `layer` without `fd` is followed by data frames and an end frame; so is each `file` and each `parts`. */
export type ReaderCommand =
  | {
      readonly op: 'layer';
      readonly fd?: number;
      readonly offset?: number;
      readonly length?: number;
      /** `sha256:…`: the algorithm to compute over the stored bytes; absent when the sender checks itself. */
      readonly hash?: string;
      readonly diffHash?: string;
      readonly limits: ReaderLimits;
      readonly picks?: readonly Pick[];
    }
  /** Nothing but the digest of stored bytes, for a layer whose decoding alone keeps another process busy. */
  | { readonly op: 'hash'; readonly fd: number; readonly offset: number; readonly length: number; readonly hash: string }
  | { readonly op: 'files'; readonly limits: ReaderLimits }
  | {
      readonly op: 'file';
      readonly path: string;
      readonly mode: number;
      readonly size: number;
      readonly companions?: readonly (readonly [name: string, size: number])[];
    }
  /** An executable of `size` bytes, of which these ranges follow; answered by `need`. */
  | {
      readonly op: 'parts';
      readonly id: number;
      readonly path: string;
      readonly mode: number;
      readonly size: number;
      readonly ranges: readonly ByteRange[];
    }
  | { readonly op: 'flush' };

/** From the reader; entry lists come as data frames between. `done` ends a layer or a run of files. */
export type ReaderMessage =
  | { readonly t: 'ready' }
  | {
      readonly t: 'facts';
      readonly path: string;
      readonly cataloger: string;
      /** Which occurrence of the path: a later number replaces an earlier one. */
      readonly seq: number;
      readonly facts: readonly unknown[];
    }
  /** The file of that number was read, or it has to be sent again with this range as well. */
  | { readonly t: 'need'; readonly id: number; readonly range?: ByteRange }
  | { readonly t: 'gap'; readonly code: GapCode; readonly message: string; readonly path?: string; readonly cataloger?: string }
  | {
      readonly t: 'done';
      readonly digest?: string;
      readonly diffId?: string;
      readonly packed: number;
      readonly unpacked: number;
      readonly entries: number;
    };
