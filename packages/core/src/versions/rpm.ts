import type { VersionScheme } from './scheme.ts';
import { compareDigits, compareText, isDigitAt, isDigits, isLetterAt, stripZeros } from './text.ts';

interface RpmVersion {
  readonly epoch: string;
  readonly version: string;
  /** Null when the text names none, which is older than any release: rpm calls them equal, but then `1-1 = 1 = 1-2` and nothing can be sorted. */
  readonly release: string | null;
}

/** `[epoch:]version[-release]` by rpm's segment rules (`~` before the end, `^` after the end but before anything longer). */
export const rpm: VersionScheme<RpmVersion> = {
  id: 'rpm',
  parse(text) {
    const evr = text.trim();
    const colon = evr.indexOf(':');
    const epoch = colon < 0 || evr.startsWith('(none):') ? '0' : evr.slice(0, colon);
    const dash = evr.lastIndexOf('-');
    const version = evr.slice(colon + 1, dash > colon ? dash : undefined);
    if (!isDigits(epoch) || !/[A-Za-z0-9]/.test(version) || /\s/.test(evr)) return undefined;
    return { epoch: stripZeros(epoch), version, release: dash > colon ? evr.slice(dash + 1) : null };
  },
  compare(a, b) {
    const order = compareDigits(a.epoch, b.epoch) || compareSegments(a.version, b.version);
    if (order !== 0) return order;
    if (a.release === null || b.release === null) return Number(a.release !== null) - Number(b.release !== null);
    return compareSegments(a.release, b.release);
  },
};

function compareSegments(a: string, b: string): number {
  if (a === b) return 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (i < a.length && isSeparator(a, i)) i++;
    while (j < b.length && isSeparator(b, j)) j++;
    const mark = compareMarks(a.charAt(i), b.charAt(j));
    if (mark === 'both') {
      i++;
      j++;
      continue;
    }
    if (mark !== 0) return mark;
    if (i >= a.length || j >= b.length) break;
    const endA = runEnd(a, i);
    const endB = runEnd(b, j);
    const order = compareRun(a.slice(i, endA), b.slice(j, endB));
    if (order !== 0) return order;
    i = endA;
    j = endB;
  }
  return Number(i < a.length) - Number(j < b.length);
}

/** Order that `~` and `^` decide at this place; `both` when the same mark stands on each side. */
function compareMarks(a: string, b: string): number | 'both' {
  if (a === '~' || b === '~') return a === b ? 'both' : a === '~' ? -1 : 1;
  if (a !== '^' && b !== '^') return 0;
  if (a === b) return 'both';
  if (a === '') return -1;
  if (b === '') return 1;
  return a === '^' ? -1 : 1;
}

function isSeparator(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return !isDigitAt(text, index) && !isLetterAt(text, index) && code !== 126 && code !== 94;
}

function runEnd(text: string, start: number): number {
  const same = isDigitAt(text, start) ? isDigitAt : isLetterAt;
  let end = start;
  while (end < text.length && same(text, end)) end++;
  return end;
}

/** A number is newer than letters. */
function compareRun(a: string, b: string): number {
  const digitsA = isDigitAt(a, 0);
  const digitsB = isDigitAt(b, 0);
  if (digitsA && digitsB) return compareDigits(stripZeros(a), stripZeros(b));
  return digitsA === digitsB ? compareText(a, b) : digitsA ? 1 : -1;
}
