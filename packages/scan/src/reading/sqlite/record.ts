import { UnreadableDatabase } from './database.ts';

export type SqliteValue = null | number | string | Buffer;

/** Bytes beyond which no value of a row is read (rpm's own limit for a header, engine.md 1.3.4). */
export const MAX_PAYLOAD = 256 * 1024 * 1024;

/** A SQLite variable-length integer: [value, offset after it]. Values beyond 2^53 are no length or page and are refused. */
export function readVarint(bytes: Buffer, at: number): [number, number] {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new UnreadableDatabase('A number is cut off.');
    if (index === 8) {
      value = value * 256 + byte;
      return [checked(value), at + 9];
    }
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return [checked(value), at + index + 1];
  }
  throw new UnreadableDatabase('A number is too long.');
}

function checked(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER) throw new UnreadableDatabase('A number is too large.');
  return value;
}

const INTEGER_SIZES = [0, 1, 2, 3, 4, 6, 8];

/** Values of a record (section 2.1 of the file format). Texts are read as UTF-8; blobs are views of `payload`. */
export function readRecord(payload: Buffer, maxColumns = 64): SqliteValue[] {
  const [headerSize, start] = readVarint(payload, 0);
  if (headerSize > payload.length) throw new UnreadableDatabase('A record header is cut off.');
  const values: SqliteValue[] = [];
  let body = headerSize;
  for (let at = start; at < headerSize && values.length < maxColumns; ) {
    const [type, next] = readVarint(payload, at);
    at = next;
    const size = sizeOf(type);
    if (body + size > payload.length) throw new UnreadableDatabase('A value is cut off.');
    values.push(decodeValue(type, payload, body, size));
    body += size;
  }
  return values;
}

function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  if (type === 7) return 8;
  return INTEGER_SIZES[type] ?? 0;
}

function decodeValue(type: number, payload: Buffer, at: number, size: number): SqliteValue {
  if (type >= 12) return type % 2 === 0 ? payload.subarray(at, at + size) : payload.toString('utf8', at, at + Math.min(size, 65536));
  if (type === 0) return null;
  if (type === 7) return payload.readDoubleBE(at);
  if (type === 8 || type === 9) return type - 8;
  if (size === 8) return Number(payload.readBigInt64BE(at));
  if (size === 0) throw new UnreadableDatabase('A value has a reserved type.');
  return payload.readIntBE(at, size);
}
