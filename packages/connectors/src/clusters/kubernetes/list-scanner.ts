import { AssayError } from '@assay/core/errors.ts';

/** More than etcd holds in one value, written as JSON. */
export const MOST_OBJECT_BYTES = 8 * 1024 * 1024;
/** What stands around the items of a list: kind, version, place to continue. */
const MOST_ENVELOPE_BYTES = 64 * 1024;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Cuts the JSON of a list into its items while it arrives, so that never more than one object is in memory. It looks at quotes and brackets only;
 * whether an item is JSON shows when it is parsed. @throws AssayError `bad-answer`
 */
export class ListScanner {
  readonly #item: (json: string) => void;
  readonly #envelope: Buffer[] = [];
  #envelopeBytes = 0;
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inItems = false;

  constructor(item: (json: string) => void) {
    this.#item = item;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        this.#depth++;
        if (!this.#inItems && byte === OPEN_ARRAY && this.#depth === 2 && this.#opensItems(chunk.subarray(start, at))) {
          this.#keep(chunk.subarray(start, at + 1));
          this.#inItems = true;
          start = at + 1;
        } else if (this.#inItems && this.#depth === 3) start = at;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        this.#depth--;
        if (!this.#inItems) continue;
        if (this.#depth === 2) {
          this.#emit(chunk.subarray(start, at + 1));
          start = at + 1;
        } else if (this.#depth === 1) {
          this.#inItems = false;
          start = at;
        }
      } else if (byte === COMMA && this.#inItems && this.#depth === 2) start = at + 1;
    }
    const rest = chunk.subarray(start);
    if (!this.#inItems) this.#keep(rest);
    else if (this.#depth > 2) this.#hold(rest);
  }

  /** The list without its items. */
  end(): unknown {
    if (this.#depth !== 0 || this.#inString) throw broken('ended in the middle of a list');
    return parse(Buffer.concat(this.#envelope).toString('utf8'));
  }

  #opensItems(before: Buffer): boolean {
    const tail = Buffer.concat([...this.#envelope.slice(-64), before.subarray(-64)]).subarray(-64);
    return /"items"\s*:\s*$/.test(tail.toString('latin1'));
  }

  #keep(bytes: Buffer): void {
    this.#envelopeBytes += bytes.length;
    if (this.#envelopeBytes > MOST_ENVELOPE_BYTES) throw broken('wraps its list in too much');
    this.#envelope.push(Buffer.from(bytes));
  }

  #hold(bytes: Buffer): void {
    this.#pieceBytes += bytes.length;
    if (this.#pieceBytes > MOST_OBJECT_BYTES) throw broken('sent an object that is too large');
    this.#pieces.push(bytes);
  }

  #emit(last: Buffer): void {
    this.#hold(last);
    const whole = this.#pieces.length === 1 ? last : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#item(whole.toString('utf8'));
  }
}

/** Lines of a watch; an unfinished last one is dropped, for it is half an event. @throws AssayError `bad-answer` */
export async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const tail = chunk.subarray(start, end);
      const line = pieces.length === 0 ? tail : Buffer.concat([...pieces, tail]);
      pieces = [];
      bytes = 0;
      start = end + 1;
      if (line.length > 0) yield line.toString('utf8');
    }
    const rest = chunk.subarray(start);
    bytes += rest.length;
    if (bytes > MOST_OBJECT_BYTES) throw broken('sent an object that is too large');
    if (rest.length > 0) pieces.push(rest);
  }
}

/** @throws AssayError `bad-answer` */
export function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw broken('sent what is no JSON');
  }
}

function broken(what: string): AssayError {
  return new AssayError('bad-answer', `The Kubernetes API ${what}; look whether its address is right.`);
}
