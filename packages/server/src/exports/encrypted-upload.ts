import { randomBytes } from 'node:crypto';
import {
  type ChunkCipher,
  chunkCipher,
  DATA_KEY_BYTES,
  type EncryptedHeader,
  readHeader,
  writeHeader,
} from '@assay/formats/encrypted/container.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { StoredKey } from '../keys/key-store.ts';
import type { ObjectPlace, ObjectStore, StoredPart } from '../objects/object-store.ts';

/** Where an interrupted upload goes on. JSON. */
export interface UploadState {
  readonly upload: string;
  /** The file's header, base64: it holds the wrapped data key. */
  readonly head: string;
  readonly parts: readonly StoredPart[];
  readonly chunks: number;
  readonly bytes: number;
}

/** What the file is encrypted with, and what binds it. */
export interface FileKey {
  readonly key: StoredKey;
  readonly context: EncryptedHeader['context'];
}

/** Plain bytes of a chunk. */
const CHUNK = 1024 * 1024;

/** A new data key under the caller's key, and the header that says so. @throws AssayError `key-refused` */
export async function newFile(keys: KeyRing, { key, context }: FileKey): Promise<{ readonly head: Buffer; readonly cipher: ChunkCipher }> {
  const dataKey = randomBytes(DATA_KEY_BYTES);
  const head = writeHeader({ keyArn: key.arn, wrappedKey: await keys.wrap(key, dataKey, context), context });
  return { head, cipher: chunkCipher(head, dataKey) };
}

/** A small file at once. */
export async function encryptWhole(keys: KeyRing, file: FileKey, plain: Buffer): Promise<Buffer> {
  const { head, cipher } = await newFile(keys, file);
  const chunks = Math.max(1, Math.ceil(plain.length / CHUNK));
  const frames = Array.from({ length: chunks }, (_, index) =>
    cipher.seal(plain.subarray(index * CHUNK, (index + 1) * CHUNK), { index, last: index === chunks - 1 }),
  );
  return Buffer.concat([head, ...frames]);
}

export interface UploadTarget {
  readonly objects: ObjectStore;
  readonly place: ObjectPlace;
  /** Tells the parts of this writer from those of one that came before. */
  readonly attempt: number;
}

/** An encrypted object written in parts. What was added since the last {@link EncryptedUpload.flush} is lost with the process. */
export class EncryptedUpload {
  readonly #target: UploadTarget;
  readonly #cipher: ChunkCipher;
  #state: UploadState;
  #held: Buffer[];
  #heldBytes: number;

  constructor(target: UploadTarget, cipher: ChunkCipher, start: { readonly state: UploadState; readonly held: readonly Buffer[] }) {
    this.#target = target;
    this.#cipher = cipher;
    this.#state = start.state;
    this.#held = [...start.held];
    this.#heldBytes = this.#held.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  static async begin(target: UploadTarget, keys: KeyRing, file: FileKey): Promise<EncryptedUpload> {
    const { head, cipher } = await newFile(keys, file);
    const upload = await target.objects.begin(target.place);
    const state = { upload, head: head.toString('base64'), parts: [], chunks: 0, bytes: 0 };
    return new EncryptedUpload(target, cipher, { state, held: [head] });
  }

  static async resume(
    target: UploadTarget,
    keys: KeyRing,
    from: { readonly key: StoredKey; readonly state: UploadState },
  ): Promise<EncryptedUpload> {
    const head = Buffer.from(from.state.head, 'base64');
    const read = readHeader(head);
    if (read === undefined) throw new Error('the header of an upload is cut off');
    const dataKey = await keys.unwrap(from.key, read.header.wrappedKey, read.header.context);
    const held = from.state.parts.length === 0 ? [head] : [];
    return new EncryptedUpload(target, chunkCipher(head, dataKey), { state: from.state, held });
  }

  get state(): UploadState {
    return this.#state;
  }

  /** True when enough is held for a part. */
  get full(): boolean {
    return this.#heldBytes >= this.#target.objects.partBytes;
  }

  add(plain: Buffer): void {
    for (let at = 0; at < plain.length; at += CHUNK) this.#hold(plain.subarray(at, at + CHUNK), false);
  }

  /** The last bytes; nothing may be added afterwards. */
  end(plain: Buffer): void {
    this.#hold(plain, true);
  }

  #hold(plain: Buffer, last: boolean): void {
    const frame = this.#cipher.seal(plain, { index: this.#state.chunks, last });
    this.#state = { ...this.#state, chunks: this.#state.chunks + 1 };
    this.#held.push(frame);
    this.#heldBytes += frame.length;
  }

  /** Stores what is held as the next part; then `state` is where a later process may go on. */
  async flush(): Promise<void> {
    if (this.#heldBytes === 0) return;
    const { objects, place, attempt } = this.#target;
    const part = { number: this.#state.parts.length + 1, attempt, bytes: Buffer.concat(this.#held) };
    const stored = await objects.putPart(place, this.#state.upload, part);
    this.#held = [];
    this.#heldBytes = 0;
    this.#state = { ...this.#state, parts: [...this.#state.parts, stored], bytes: this.#state.bytes + stored.bytes };
  }

  async complete(): Promise<void> {
    await this.#target.objects.complete(this.#target.place, this.#state.upload, this.#state.parts);
  }
}
