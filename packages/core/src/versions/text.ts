/** Digits without leading zeros, so that {@link compareDigits} needs no numbers: version parts exceed 2^53. */
export function stripZeros(digits: string): string {
  let start = 0;
  while (start < digits.length - 1 && digits.charCodeAt(start) === 48) start++;
  return start === 0 ? digits : digits.slice(start);
}

/** Order of two stripped digit strings as natural numbers of any size. */
export function compareDigits(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}

/** Code unit order; `localeCompare` depends on the machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isDigitAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

export function isLetterAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index) | 32;
  return code >= 97 && code <= 122;
}

export function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isDigitAt(text, i)) return false;
  return text.length > 0;
}

/** Runs of digits and runs of letters; everything else separates. */
export function alnumRuns(text: string): string[] {
  return text.match(/[0-9]+|[A-Za-z]+/g) ?? [];
}

/** Lexicographic over parts with a filler for the shorter list. */
export function comparePadded<T>(
  a: readonly T[],
  b: readonly T[],
  by: { readonly fill: T; readonly compare: (x: T, y: T) => number },
): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = by.compare(a[i] ?? by.fill, b[i] ?? by.fill);
    if (order !== 0) return order;
  }
  return 0;
}
