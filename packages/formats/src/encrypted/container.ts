import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';

/** What the first bytes of an encrypted file say: enough to find the key, nothing of the content. docs/encryption.md describes the format. */
export interface EncryptedHeader {
  /** ARN of the key that wrapped the data key. */
  readonly keyArn: string;
  /** The data key as its key provider wrapped it. */
  readonly wrappedKey: string;
  /** What the wrapped key is bound to; the provider authenticates it. */
  readonly context: Readonly<Record<string, string>>;
}

export const DATA_KEY_BYTES = 32;
const MAGIC = Buffer.from('assay.enc\x01', 'latin1');
const MAX_HEADER = 16 * 1024;
const NONCE = 12;
const TAG = 16;
const FRAME = 4 + NONCE + TAG;
const LAST = 0x8000_0000;
/** Bytes of plain text in one chunk, at most. */
const MAX_CHUNK = 8 * 1024 * 1024;

export function writeHeader(header: EncryptedHeader): Buffer {
  const json = Buffer.from(JSON.stringify({ keyArn: header.keyArn, wrappedKey: header.wrappedKey, context: header.context }), 'utf8');
  if (json.length > MAX_HEADER) throw new RangeError('the header of an encrypted file is too long');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([MAGIC, length, json]);
}

/** The header and how many bytes it takes; undefined when more bytes are needed. @throws AssayError `not-encrypted` */
export function readHeader(bytes: Buffer): { readonly header: EncryptedHeader; readonly length: number } | undefined {
  const start = bytes.subarray(0, MAGIC.length);
  if (!start.equals(MAGIC.subarray(0, start.length))) throw notEncrypted();
  if (bytes.length < MAGIC.length + 4) return undefined;
  const size = bytes.readUInt32BE(MAGIC.length);
  if (size > MAX_HEADER) throw notEncrypted();
  const length = MAGIC.length + 4 + size;
  if (bytes.length < length) return undefined;
  const header = parse(bytes.subarray(MAGIC.length + 4, length).toString('utf8'));
  return { header, length };
}

function parse(text: string): EncryptedHeader {
  let json: Partial<EncryptedHeader> | null = null;
  try {
    json = JSON.parse(text);
  } catch {
    // said below
  }
  const texts = json?.context !== null && typeof json?.context === 'object' ? Object.values(json.context) : [null];
  if (typeof json?.keyArn !== 'string' || typeof json.wrappedKey !== 'string' || texts.some((value) => typeof value !== 'string')) {
    throw notEncrypted();
  }
  return json as EncryptedHeader;
}

function notEncrypted(): AssayError {
  return new AssayError('not-encrypted', 'The file is not one that Assay encrypted; give it as it was downloaded.');
}

export interface ChunkCipher {
  /** One chunk. Its place and whether it is the last are authenticated, so that none can be moved, left out or cut off. */
  seal(plain: Uint8Array, place: ChunkPlace): Buffer;
  /** @throws AssayError `damaged` */
  open(frame: Buffer, place: ChunkPlace): Buffer;
}

export interface ChunkPlace {
  /** 0 for the first. */
  readonly index: number;
  readonly last: boolean;
}

/**
 * AES-256-GCM over chunks of one file. A chunk: 4 bytes (length of the ciphertext, highest bit set on the last), 12 bytes of random
 * nonce, ciphertext, 16 bytes of tag. `head` is the file's header as it is written.
 */
export function chunkCipher(head: Uint8Array, dataKey: Uint8Array, random: (bytes: number) => Uint8Array = randomBytes): ChunkCipher {
  const bound = createHash('sha256').update(head).digest();
  return {
    seal(plain, place) {
      if (plain.length > MAX_CHUNK) throw new RangeError('a chunk is too long');
      const nonce = random(NONCE);
      const cipher = createCipheriv('aes-256-gcm', dataKey, nonce);
      cipher.setAAD(associated(bound, place));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(plain.length + (place.last ? LAST : 0));
      return Buffer.concat([length, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open(frame, place) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', dataKey, frame.subarray(4, 4 + NONCE));
        decipher.setAAD(associated(bound, place));
        decipher.setAuthTag(frame.subarray(-TAG));
        return Buffer.concat([decipher.update(frame.subarray(4 + NONCE, -TAG)), decipher.final()]);
      } catch (cause) {
        throw damaged('was changed, or the key is another one', cause);
      }
    },
  };
}

function associated(head: Buffer, { index, last }: ChunkPlace): Buffer {
  const place = Buffer.alloc(9);
  place.writeBigUInt64BE(BigInt(index));
  place[8] = last ? 1 : 0;
  return Buffer.concat([head, place]);
}

export interface Frame {
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** The chunk at the start of `bytes`; undefined when more bytes are needed. @throws AssayError `damaged` */
export function firstFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 4) return undefined;
  const word = bytes.readUInt32BE(0);
  const last = word >= LAST;
  const size = (last ? word - LAST : word) + FRAME;
  if (size > MAX_CHUNK + FRAME) throw damaged('holds a chunk of impossible length');
  return bytes.length < size ? undefined : { bytes: bytes.subarray(0, size), last };
}

export function damaged(how: string, cause?: unknown): AssayError {
  return new AssayError('damaged', `The encrypted file ${how}; fetch it again.`, { cause });
}
