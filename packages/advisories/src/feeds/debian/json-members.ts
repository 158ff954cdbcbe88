import { archiveError } from '../../archive/limits.ts';

/**
 * The members of one big JSON object as (key, text of the value), without parsing it as a whole: the tracker is 70 MB,
 * its members are kilobytes. An early end is an error; the values themselves are checked by whoever parses them.
 */
export function* jsonMembers(bytes: Buffer): Generator<readonly [key: string, value: string]> {
  let at = skipBlank(bytes, 0);
  if (bytes[at] !== 0x7b) throw archiveError('The file is not a JSON object; download it again.');
  at = skipBlank(bytes, at + 1);
  while (bytes[at] !== 0x7d) {
    const keyEnd = endOfString(bytes, at);
    const key = JSON.parse(bytes.toString('utf8', at, keyEnd)) as string;
    at = skipBlank(bytes, keyEnd);
    if (bytes[at] !== 0x3a) throw archiveError('The JSON file is damaged or incomplete; download it again.');
    at = skipBlank(bytes, at + 1);
    const valueEnd = endOfValue(bytes, at);
    yield [key, bytes.toString('utf8', at, valueEnd)];
    at = skipBlank(bytes, valueEnd);
    if (bytes[at] === 0x2c) at = skipBlank(bytes, at + 1);
    else if (bytes[at] !== 0x7d) throw archiveError('The JSON file is damaged or incomplete; download it again.');
  }
}

function skipBlank(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return at;
}

/** Index after the closing quote. */
function endOfString(bytes: Buffer, start: number): number {
  if (bytes[start] !== 0x22) throw archiveError('The JSON file is damaged or incomplete; download it again.');
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === 0x5c) at += 1;
    else if (bytes[at] === 0x22) return at + 1;
  }
  throw archiveError('The JSON file is damaged or incomplete; download it again.');
}

function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) at = endOfString(bytes, at) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (byte === 0x2c && depth === 0) return at;
  }
  throw archiveError('The JSON file is damaged or incomplete; download it again.');
}
