/** Longest name and version that an inventory keeps; longer ones are not real and only serve to hurt (engine.md R9). */
const MAX_NAME = 512;
const MAX_VERSION = 256;

const CONTROL = /[\u0000-\u001f\u007f]/;

/** A package name that can be kept: not empty, bounded, without control characters. */
export function isPlainName(name: unknown): name is string {
  return typeof name === 'string' && name.length > 0 && name.length <= MAX_NAME && !CONTROL.test(name);
}

/** A version string that can be kept: not empty, bounded, without control characters. */
export function isPlainVersion(version: unknown): version is string {
  return typeof version === 'string' && version.length > 0 && version.length <= MAX_VERSION && !CONTROL.test(version);
}

/** A path from inside a target that can be kept as evidence. */
export function isPlainPath(path: string): boolean {
  return path.length > 0 && path.length <= 4096 && !CONTROL.test(path);
}

/** Copy a short string out of the large one it was cut from, so that the large one can be freed (V8 keeps the parent of a slice). */
export function detach(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf8').toString('utf8');
}

/** Text of a file that may begin with a byte order mark and may be UTF-16 (`pip freeze >` in PowerShell writes it). */
export function decodeText(bytes: Buffer): string {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes.length >= 2 && bytes[0] === 0xfe && bytes[1] === 0xff) {
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  }
  const start = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.toString('utf8', start);
}
