/** Values beyond this are no release names. */
const MAX_VALUE = 1024;
const MAX_LINES = 2000;

/**
 * Key and value lines of os-release(5) and `lsb-release`: shell-like quoting (single, double, backslash), comments, surrounding space;
 * of duplicate keys the last counts, as in a shell. Returns null when there is no assignment at all.
 */
export function parseOsRelease(bytes: Buffer): ReadonlyMap<string, string> | null {
  const values = new Map<string, string>();
  const lines = bytes.toString('utf8', 0, Math.min(bytes.length, 256 * 1024)).split('\n', MAX_LINES);
  for (const raw of lines) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    if (equals <= 0) continue;
    const key = line
      .slice(0, equals)
      .replace(/^export\s+/, '')
      .trim();
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(key)) continue;
    values.set(key, unquote(line.slice(equals + 1).trim()).slice(0, MAX_VALUE));
  }
  return values.size === 0 ? null : values;
}

/** One shell word: quotes removed, escapes resolved; an unterminated quote ends with the line. */
function unquote(word: string): string {
  let out = '';
  let quote = '';
  for (let at = 0; at < word.length && out.length <= MAX_VALUE; at++) {
    const char = word[at]!;
    if (quote === '') {
      if (char === '"' || char === "'") quote = char;
      else if (char === '\\') out += word[++at] ?? '';
      else if (char === '#' && /\s/.test(word[at - 1] ?? '')) break;
      else out += char;
    } else if (char === quote) quote = '';
    else if (char === '\\' && quote === '"' && '"$`\\'.includes(word[at + 1] ?? '_')) out += word[++at];
    else out += char;
  }
  // Values end up in messages for people: nothing of a terminal's language may pass.
  return out.replace(/[\u0000-\u001f\u007f]/g, '').trim();
}
