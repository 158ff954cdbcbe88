/**
 * Text of a scanned thing, safe to show: control characters, line separators and direction marks (which can make a terminal or a viewer
 * show something else than what is there) become visible escapes.
 */
export function printable(text: string, maxLength = 2000): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(/[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu, (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}
