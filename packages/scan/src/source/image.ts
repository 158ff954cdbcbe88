import type { Gap } from '@assay/core/gap.ts';
import type { LayerInfo, Subject } from '@assay/core/inventory.ts';

/** Bytes of a layer: a range of an open file, or a stream that can be opened (again). */
export type LayerBytes =
  | { readonly kind: 'range'; readonly fd: number; readonly offset: number; readonly length: number }
  /** The stream checks digest and size itself. */
  | { readonly kind: 'stream'; readonly open: (signal: AbortSignal) => AsyncIterable<Buffer> };

export interface ImageLayer {
  readonly info: LayerInfo;
  /** Absent when the layer cannot be read; `gap` says why. */
  readonly bytes?: LayerBytes;
  readonly gap?: Gap;
  /** False for archives that name no digest of the stored bytes: then only the diff id can be checked. */
  readonly checkDigest: boolean;
}

export interface ImageHandle {
  readonly subject: Extract<Subject, { kind: 'image' }>;
  readonly layers: readonly ImageLayer[];
  readonly gaps: readonly Gap[];
}

/** What a TARGET turned out to be. */
export type Target =
  | { readonly kind: 'images'; readonly name: string; readonly images: () => AsyncIterable<ImageHandle>; readonly close: () => void }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'sbom'; readonly path: string };
