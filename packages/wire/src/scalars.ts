import type { Shape } from './model.ts';

/** A value that could not be read, as a sentence fragment that follows the member's name. */
export interface Unreadable {
  readonly unreadable: string;
}
export type Read<T> = T | Unreadable;

export function isUnreadable(value: unknown): value is Unreadable {
  return typeof value === 'object' && value !== null && 'unreadable' in value;
}

/** The years that people mean, which every database can compare: 1 to 9999. */
const EARLIEST_TIME = Date.parse('0001-01-01T00:00:00Z');
const LATEST_TIME = Date.parse('9999-12-31T23:59:59.999Z');
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** A JSON value of a scalar shape. Timestamps are epoch seconds (restJson1 default) and become `Date`; blobs are base64. */
export function readJsonScalar(shape: Shape, value: unknown): Read<string | number | boolean | Date | Uint8Array> {
  switch (shape.type) {
    case 'string':
      return typeof value === 'string' ? wordOf(shape, value) : { unreadable: 'must be a string' };
    case 'boolean':
      return typeof value === 'boolean' ? value : { unreadable: 'must be true or false' };
    case 'integer':
    case 'long':
      return typeof value === 'number' && isWhole(shape, value) ? value : { unreadable: 'must be a whole number' };
    case 'double':
    case 'float':
      return readDouble(value);
    case 'timestamp':
      if (shape.timestampFormat === 'iso8601' && typeof value === 'string') return readTime(Date.parse(value));
      return typeof value === 'number' ? readTime(Math.round(value * 1000)) : { unreadable: 'must be a time in epoch seconds' };
    case 'blob':
      return typeof value === 'string' && value.length % 4 === 0 && BASE64.test(value)
        ? new Uint8Array(Buffer.from(value, 'base64'))
        : { unreadable: 'must be base64 text' };
    default:
      throw new Error(`${shape.type} is not a scalar`);
  }
}

function wordOf({ aliases }: Shape, text: string): string {
  return aliases !== undefined && Object.hasOwn(aliases, text) ? aliases[text]! : text;
}

/** The text form of a scalar in a path, a query string, a header or a form body. */
export function readTextScalar(shape: Shape, text: string): Read<string | number | boolean | Date | Uint8Array> {
  switch (shape.type) {
    case 'string':
      return text;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : { unreadable: 'must be true or false' };
    case 'timestamp':
      return readTime(Date.parse(text));
    case 'blob':
      return readJsonScalar(shape, text);
    default:
      return /^-?\d{1,19}(\.\d{1,17})?$/.test(text) ? readJsonScalar(shape, Number(text)) : { unreadable: 'must be a number' };
  }
}

function isWhole(shape: Shape, value: number): boolean {
  if (shape.type === 'integer') return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
  return Number.isSafeInteger(value);
}

function readDouble(value: unknown): Read<number> {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  return { unreadable: 'must be a number' };
}

function readTime(milliseconds: number): Read<Date> {
  return milliseconds >= EARLIEST_TIME && milliseconds <= LATEST_TIME
    ? new Date(milliseconds)
    : { unreadable: 'must be a time between the years 1 and 9999' };
}

/** The JSON value of a scalar in an answer. A wrong type here is a bug of the handler. */
export function writeJsonScalar(shape: Shape, value: unknown): string | number | boolean {
  switch (shape.type) {
    case 'timestamp':
      return writeTime(shape, value);
    case 'blob':
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      break;
    case 'double':
    case 'float':
      if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
      break;
    case 'integer':
    case 'long':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
      break;
    default:
      if (typeof value === (shape.type === 'boolean' ? 'boolean' : 'string')) return value as string | boolean;
  }
  throw new TypeError(`an answer holds ${typeof value} where the model wants ${shape.type}`);
}

/** JS SDK v3 refuses times that are not JSON numbers, so the default is epoch seconds with milliseconds as the fraction. */
function writeTime(shape: Shape, value: unknown): string | number {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw new TypeError('an answer holds an invalid time');
  return shape.timestampFormat === 'iso8601' ? value.toISOString() : value.getTime() / 1000;
}
