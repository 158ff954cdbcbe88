import { AssayError } from '@assay/core/errors.ts';

/** Field number → its values: bytes of strings and messages, numbers of the rest. */
export type Fields = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * The fields of one message of protocol buffers, not those inside it. One pass. @throws AssayError `bad-answer`
 * https://protobuf.dev/programming-guides/encoding/
 */
export function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, (Buffer | bigint)[]>();
  const cursor = { message, at: 0 };
  while (cursor.at < message.length) {
    const tag = varint(cursor);
    const value = nextValue(cursor, Number(tag & 7n));
    const number = Number(tag >> 3n);
    const values = fields.get(number);
    if (values === undefined) fields.set(number, [value]);
    else values.push(value);
  }
  return fields;
}

interface Cursor {
  readonly message: Buffer;
  at: number;
}

function nextValue(cursor: Cursor, wireType: number): Buffer | bigint {
  if (wireType === VARINT) return varint(cursor);
  if (wireType === BYTES) return bytes(cursor, Number(varint(cursor)));
  if (wireType === FIXED64) return bytes(cursor, 8).readBigUInt64LE();
  if (wireType === FIXED32) return BigInt(bytes(cursor, 4).readUInt32LE());
  throw malformed();
}

function varint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.message[cursor.at++];
    if (byte === undefined) throw malformed();
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return BigInt.asUintN(64, value);
  }
  throw malformed();
}

function bytes(cursor: Cursor, length: number): Buffer {
  if (length > cursor.message.length - cursor.at) throw malformed();
  cursor.at += length;
  return cursor.message.subarray(cursor.at - length, cursor.at);
}

function malformed(): AssayError {
  return new AssayError('bad-answer', 'The answer is no message that a container runtime sends; check the address of its socket.');
}

export function messages(fields: Fields, number: number): Fields[] {
  return (fields.get(number) ?? []).flatMap((value) => (Buffer.isBuffer(value) ? [fieldsOf(value)] : []));
}

/** Empty when it is missing. */
export function message(fields: Fields, number: number): Fields {
  return messages(fields, number).at(-1) ?? new Map();
}

export function strings(fields: Fields, number: number): string[] {
  return (fields.get(number) ?? []).flatMap((value) => (Buffer.isBuffer(value) ? [value.toString('utf8')] : []));
}

export function string(fields: Fields, number: number): string {
  return strings(fields, number).at(-1) ?? '';
}

export function integer(fields: Fields, number: number): number {
  const value = fields.get(number)?.at(-1);
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
}

/** `map<string, string>` */
export function labels(fields: Fields, number: number): ReadonlyMap<string, string> {
  return new Map(messages(fields, number).map((entry) => [string(entry, 1), string(entry, 2)]));
}

/** A message of one string. */
export function stringField(number: number, value: string): Buffer {
  const content = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | BYTES, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, ...lengthOf(length >>> 7)];
}
