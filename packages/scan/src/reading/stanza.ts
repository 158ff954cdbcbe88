/** A field beyond this is not text of a package database but an attack; the field is cut there. */
const MAX_FIELD = 64 * 1024;
const MAX_KEY = 64;
const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const TAB = 9;

export type Stanza = ReadonlyMap<string, string>;

/**
 * Stanzas of an RFC 822-like database (dpkg `status`, Python `METADATA` headers): `Key: value`, continuation lines begin with space
 * or tab, an empty line ends a stanza, the last one may end without it. Keys are compared in lower case; of duplicate keys the first
 * counts; lines that are no field are skipped and parsing goes on. Only `wanted` keys are decoded, and only their first line, so that
 * lines of any length cost no memory.
 */
export function* readStanzas(bytes: Buffer, wanted: ReadonlySet<string>): Generator<Stanza> {
  let stanza = new Map<string, string>();
  let filled = false;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(LF, start);
    const next = newline < 0 ? bytes.length : newline + 1;
    let end = newline < 0 ? bytes.length : newline;
    if (end > start && bytes[end - 1] === CR) end--;
    if (isBlank(bytes, start, end)) {
      if (filled) {
        yield stanza;
        stanza = new Map();
        filled = false;
      }
    } else {
      filled = true;
      const first = bytes[start];
      if (first !== SPACE && first !== TAB) readField({ bytes, start, end }, wanted, stanza);
    }
    start = next;
  }
  if (filled) yield stanza;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== SPACE && bytes[at] !== TAB) return false;
  return true;
}

interface Line {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

function readField({ bytes, start, end }: Line, wanted: ReadonlySet<string>, into: Map<string, string>): void {
  let colon = start;
  for (const last = Math.min(end, start + MAX_KEY); colon < last && bytes[colon] !== COLON; ) colon++;
  if (colon === start || bytes[colon] !== COLON) return;
  const key = bytes.toString('latin1', start, colon).trim().toLowerCase();
  if (!wanted.has(key) || into.has(key)) return;
  into.set(key, bytes.toString('utf8', colon + 1, Math.min(end, colon + 1 + MAX_FIELD)).trim());
}
