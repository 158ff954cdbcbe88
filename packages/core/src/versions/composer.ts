import type { VersionScheme } from './scheme.ts';
import { compareDigits, isDigitAt, stripZeros } from './text.ts';

/** Words of PHP's version_compare in their order; a number stands between RC and patch, an unknown word below all. */
const RANK: Readonly<Record<string, number>> = { dev: 0, a: 1, alpha: 1, b: 2, beta: 2, rc: 3, c: 3, '#': 4, p: 5, pl: 5, patch: 5 };
const NUMBER_RANK = 4;

/** Composer's normal form ordered by PHP's version_compare. A branch (`dev-main`, `1.x-dev`) has no place in the order. */
export const composer: VersionScheme<readonly string[]> = {
  id: 'composer',
  parse(text) {
    const version = text
      .trim()
      .toLowerCase()
      .replace(/^v(?=[0-9])/, '');
    if (!isDigitAt(version, 0) || /[\s,*|<>]/.test(version) || /\.x-dev$/.test(version)) return undefined;
    const plus = version.indexOf('+');
    const parts = (plus < 0 ? version : version.slice(0, plus)).match(/[0-9]+|[a-z]+|#/g) ?? [];
    return trimZeros(parts.filter((part) => part !== 'stable').map((part) => (isDigitAt(part, 0) ? stripZeros(part) : part)));
  },
  compare(a, b) {
    const length = Math.max(a.length, b.length);
    for (let i = 0; i < length; i++) {
      const order = comparePart(a[i], b[i]);
      if (order !== 0) return order;
    }
    return 0;
  },
};

/** Composer pads to four numbers: zeros at the end of the numeric part say nothing (`1.0` is `1.0.0.0`). */
function trimZeros(parts: readonly string[]): readonly string[] {
  const word = parts.findIndex((part) => !isDigitAt(part, 0));
  let end = word < 0 ? parts.length : word;
  const rest = parts.slice(end);
  while (end > 1 && parts[end - 1] === '0') end--;
  return [...parts.slice(0, end), ...rest];
}

/** The end of a version ranks like a number below every number: above dev, alpha, beta, RC and below patch. */
function comparePart(a: string | undefined, b: string | undefined): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  const [x, y] = [digitsOf(a), digitsOf(b)];
  if (x === null || y === null) return Number(x !== null) - Number(y !== null);
  return compareDigits(x, y);
}

function rankOf(part: string | undefined): number {
  if (part === undefined || isDigitAt(part, 0)) return NUMBER_RANK;
  return Object.hasOwn(RANK, part) ? (RANK[part] as number) : -1;
}

function digitsOf(part: string | undefined): string | null {
  return part !== undefined && isDigitAt(part, 0) ? part : null;
}
