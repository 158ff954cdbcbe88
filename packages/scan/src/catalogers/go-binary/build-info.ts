import type { ByteSource } from '../../reading/byte-source.ts';
import { isElf, readElf } from '../../reading/executable/elf.ts';
import { bytesAt, type ExecutableImage, type Segment } from '../../reading/executable/image.ts';
import { isMachO, readMachO } from '../../reading/executable/macho.ts';
import { isPe, readPe } from '../../reading/executable/pe.ts';

export const GO_MARK = '\xff Go buildinf:';
const MAGIC = Buffer.from(GO_MARK, 'latin1');
const ALIGNMENT = 16;
const HEADER = 32;
const FLAG_BIG_ENDIAN = 1;
const FLAG_INLINE = 2;
const SENTINEL = 16;
/** The text lists every module of a program; the largest known are below 100 kB. */
const MAX_TEXT = 16 * 1024 * 1024;

export interface GoBuildInfo {
  /** The toolchain's version as it says it: `go1.22.5 X:boringcrypto`. */
  readonly goVersion: string;
  /** Module lines (`path`, `mod`, `dep`, `=>`, `build`, separated by tabs); empty for programs built without modules. */
  readonly modules: string;
}

/**
 * Build information that the Go linker puts into ELF, Mach-O and PE files (Go's debug/buildinfo): inline texts since Go 1.18, pointers to
 * string headers before. Null when the file is no Go program.
 */
export function readGoBuildInfo(file: ByteSource): GoBuildInfo | null {
  const image = readImage(file);
  if (image === null) return null;
  for (const segment of image.goBuildInfo) {
    const found = searchSegment(file, image, segment);
    if (found !== null) return found;
  }
  return null;
}

function readImage(file: ByteSource): ExecutableImage | null {
  const head = file.read(0, 64);
  try {
    if (isElf(head)) return readElf(file);
    if (isMachO(head)) return readMachO(file);
    return isPe(head) ? readPe(file) : null;
  } catch (error) {
    // Headers that lead outside the file: no program could run it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function searchSegment(file: ByteSource, image: ExecutableImage, segment: Segment): GoBuildInfo | null {
  const data = file.read(segment.offset, segment.size);
  for (let at = data.indexOf(MAGIC); at >= 0; at = data.indexOf(MAGIC, at + 1)) {
    if ((segment.address + at) % ALIGNMENT !== 0 && at % ALIGNMENT !== 0) continue;
    const found = decode(file, image, data.subarray(at));
    if (found !== null) return found;
  }
  return null;
}

function decode(file: ByteSource, image: ExecutableImage, data: Buffer): GoBuildInfo | null {
  if (data.length < HEADER) return null;
  const pointerSize = data[14]!;
  const flags = data[15]!;
  const texts = (flags & FLAG_INLINE) !== 0 ? inlineTexts(data) : pointedTexts({ file, image, data, pointerSize, flags });
  if (texts === null) return null;
  const [version, modules] = texts;
  const goVersion = version.toString('utf8', 0, Math.min(version.length, 256));
  return /^(?:go\d|devel\b)/.test(goVersion) ? { goVersion, modules: withoutSentinels(modules) } : null;
}

function inlineTexts(data: Buffer): [Buffer, Buffer] | null {
  const version = lengthPrefixed(data, HEADER);
  const modules = version === null ? null : lengthPrefixed(data, version.end);
  return version === null ? null : [version.text, modules?.text ?? Buffer.alloc(0)];
}

function lengthPrefixed(data: Buffer, start: number): { text: Buffer; end: number } | null {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = data[start + index];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** index;
    if ((byte & 0x80) !== 0) continue;
    const at = start + index + 1;
    return length > MAX_TEXT || at + length > data.length ? null : { text: data.subarray(at, at + length), end: at + length };
  }
  return null;
}

interface Pointed {
  readonly file: ByteSource;
  readonly image: ExecutableImage;
  readonly data: Buffer;
  readonly pointerSize: number;
  readonly flags: number;
}

function pointedTexts({ file, image, data, pointerSize, flags }: Pointed): [Buffer, Buffer] | null {
  if (pointerSize !== 4 && pointerSize !== 8) return null;
  const big = (flags & FLAG_BIG_ENDIAN) !== 0;
  const pointer = (from: Buffer, at: number): number => {
    if (pointerSize === 4) return big ? from.readUInt32BE(at) : from.readUInt32LE(at);
    return Number(big ? from.readBigUInt64BE(at) : from.readBigUInt64LE(at));
  };
  const stringAt = (address: number): Buffer | null => {
    const header = bytesAt(file, image, { address, size: pointerSize * 2 });
    if (header === undefined) return null;
    const size = pointer(header, pointerSize);
    return size > MAX_TEXT ? null : (bytesAt(file, image, { address: pointer(header, 0), size }) ?? null);
  };
  const version = stringAt(pointer(data, 16));
  const modules = stringAt(pointer(data, 16 + pointerSize));
  return version === null ? null : [version, modules ?? Buffer.alloc(0)];
}

/** The text is framed by 16 random bytes on both sides; without them it is not the module text. */
function withoutSentinels(framed: Buffer): string {
  if (framed.length < 2 * SENTINEL + 1 || framed[framed.length - SENTINEL - 1] !== 10) return '';
  return framed.toString('utf8', SENTINEL, framed.length - SENTINEL);
}
