import { isUtf8 } from 'node:buffer';

/** One 512-byte header block as read, before extended headers are applied. */
export interface TarHeader {
  name: string;
  /** ASCII of the type flag; NUL is read as `0`. */
  readonly type: string;
  size: number;
  readonly mode: number;
  link: string;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/** File names are bytes: UTF-8 where they are, one character per byte otherwise, so that different names stay different. */
export function decodeName(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}

function text(block: Buffer, from: number, length: number): string {
  let end = from;
  while (end < from + length && block[end] !== 0) end++;
  return end === from ? '' : decodeName(block.subarray(from, end));
}

/** Octal digits, or base-256 when the first bit is set. NaN for anything else, so that callers must decide. */
export function tarNumber(block: Buffer, from: number, length: number): number {
  const first = block[from] as number;
  if (first & 0x80) {
    if (first & 0x40) return Number.NaN;
    let value = first & 0x3f;
    for (let i = from + 1; i < from + length; i++) value = value * 256 + (block[i] as number);
    return Number.isSafeInteger(value) ? value : Number.NaN;
  }
  let value = 0;
  let seen = false;
  for (let i = from; i < from + length; i++) {
    const c = block[i] as number;
    if (c === 0x20 || c === 0) {
      if (seen) break;
      continue;
    }
    if (c < 0x30 || c > 0x37) return Number.NaN;
    value = value * 8 + (c - 0x30);
    seen = true;
  }
  return value;
}

/** True when the stored checksum is right (unsigned or, as some old tools wrote it, signed). */
export function checksumHolds(block: Buffer): boolean {
  const stored = tarNumber(block, 148, 8);
  let sum = 256;
  let high = 0;
  for (let i = 0; i < 148; i++) {
    const c = block[i] as number;
    sum += c;
    high += c >> 7;
  }
  for (let i = 156; i < 512; i++) {
    const c = block[i] as number;
    sum += c;
    high += c >> 7;
  }
  return sum === stored || sum - high * 256 === stored;
}

export function isZeroBlock(block: Buffer): boolean {
  for (let i = 0; i < 512; i++) if (block[i] !== 0) return false;
  return true;
}

export function parseHeader(block: Buffer): TarHeader {
  const type = String.fromCharCode(block[156] === 0 ? 0x30 : (block[156] as number));
  const ustar = block.toString('latin1', 257, 262) === 'ustar';
  // GNU's own format ("ustar  ") keeps other fields where POSIX has the prefix.
  const prefix = ustar && block[262] === 0 ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type,
    size: tarNumber(block, 124, 12),
    mode: tarNumber(block, 100, 8) || 0,
    link: text(block, 157, 100),
    deviceMajor: ustar ? tarNumber(block, 329, 8) : 0,
    deviceMinor: ustar ? tarNumber(block, 337, 8) : 0,
  };
}

/** Records `LENGTH KEY=VALUE\n` of a PAX header (POSIX pax, "Extended Header"). Stops at the first record that does not hold. */
export function parsePax(bytes: Buffer): Map<string, Buffer> & { sparse?: [number, number][] } {
  const records: Map<string, Buffer> & { sparse?: [number, number][] } = new Map();
  let at = 0;
  while (at < bytes.length) {
    let length = 0;
    let i = at;
    while (i < bytes.length && i - at < 10 && (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x39) {
      length = length * 10 + (bytes[i] as number) - 0x30;
      i++;
    }
    if (i === at || bytes[i] !== 0x20 || length < i - at + 3 || at + length > bytes.length) break;
    const record = bytes.subarray(i + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    if (equals > 0) {
      const key = record.toString('latin1', 0, equals);
      const value = record.subarray(equals + 1);
      if (key === 'GNU.sparse.offset') {
        records.sparse ??= [];
        records.sparse.push([Number(value.toString('latin1')), 0]);
      } else if (key === 'GNU.sparse.numbytes' && records.sparse?.length) {
        records.sparse.at(-1)![1] = Number(value.toString('latin1'));
      } else records.set(key, value);
    }
    at += length;
  }
  return records;
}

/**
 * A path as every runtime reads it: relative to the root, `.` and empty parts dropped, `..` stops at the root.
 * Undefined for names with NUL, too long (4,096 bytes) or too deep (256).
 */
export function normalizePath(name: string): string | undefined {
  if (name.length > 4096 || name.includes('\0')) return undefined;
  if (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(name)) return depthHolds(name) ? name : undefined;
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.length > 256 ? undefined : parts.join('/');
}

function depthHolds(name: string): boolean {
  let depth = 1;
  for (let i = name.indexOf('/'); i >= 0; i = name.indexOf('/', i + 1)) if (++depth > 256) return false;
  return true;
}
