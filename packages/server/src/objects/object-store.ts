import { AssayError } from '@assay/core/errors.ts';

/** Where an object lies. */
export interface ObjectPlace {
  readonly bucket: string;
  /** Segments with / between them. */
  readonly key: string;
}

/** A part that is stored: what {@link ObjectStore.complete} puts together. JSON. */
export interface StoredPart {
  readonly number: number;
  readonly id: string;
  readonly bytes: number;
}

/** Objects in buckets: a directory, or anything that speaks S3. Expected refusals are {@link ObjectRefused}; others may pass with time. */
export interface ObjectStore {
  /** Bytes of a part; the last may be smaller. */
  readonly partBytes: number;
  /** The object as people name it: `s3://bucket/key` or a path. */
  describe(place: ObjectPlace): string;
  /** A whole small object. Durable and visible when it returns; the same place again is replaced. */
  put(place: ObjectPlace, bytes: Uint8Array): Promise<void>;
  /** Begins an object that nobody sees before {@link complete}. Returns the upload's id. */
  begin(place: ObjectPlace): Promise<string>;
  /** Durable when it returns. `attempt` tells the parts of two writers apart where the store can. */
  putPart(place: ObjectPlace, upload: string, part: NewPart): Promise<StoredPart>;
  /** Makes the object visible as a whole. Again after it succeeded: no effect. @throws PartsLost */
  complete(place: ObjectPlace, upload: string, parts: readonly StoredPart[]): Promise<void>;
  /** Forgets the parts; also when there are none. */
  abort(place: ObjectPlace, upload: string): Promise<void>;
  /** Also when there is none. */
  remove(place: ObjectPlace): Promise<void>;
  /** The object's bytes from `offset`, in pieces, at most `length`. Undefined when there is none. */
  read(place: ObjectPlace, range?: { readonly offset: number; readonly length: number }): Promise<AsyncIterable<Uint8Array> | undefined>;
}

export interface NewPart {
  readonly number: number;
  readonly attempt: number;
  readonly bytes: Uint8Array;
}

export type ObjectRefusal = 'BUCKET_NOT_FOUND' | 'INVALID_PERMISSIONS' | 'INCOMPATIBLE_BUCKET_REGION';

/** The store says no, and will say no again. */
export class ObjectRefused extends AssayError {
  readonly refusal: ObjectRefusal;
  constructor(refusal: ObjectRefusal, message: string, options?: { cause?: unknown }) {
    super('object-refused', message, options);
    this.refusal = refusal;
  }
}

/** Parts of an upload are gone or are another writer's: begin again. */
export class PartsLost extends Error {}

/** Rules of S3 for names of buckets (general purpose): also what keeps them inside a directory. */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
}

/** A prefix that is the same place in S3 and in a directory: no empty, dot or hidden segments, at most 512 bytes. */
export function isKeyPrefix(prefix: string): boolean {
  if (prefix === '') return true;
  if (Buffer.byteLength(prefix) > 512 || !prefix.isWellFormed()) return false;
  const segments = prefix.replace(/\/$/, '').split('/');
  return segments.every((segment) => /^[^./\\\p{C}][^/\\\p{C}]*$/u.test(segment) && Buffer.byteLength(segment) <= 200);
}
