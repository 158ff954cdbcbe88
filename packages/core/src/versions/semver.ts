import type { VersionScheme } from './scheme.ts';
import { compareDigits, comparePadded, compareText, isDigits, stripZeros } from './text.ts';

export interface SemverVersion {
  /** Numeric parts as stripped digits, trailing zeros dropped: `1.2` equals `1.2.0`. */
  readonly core: readonly string[];
  readonly pre: readonly string[];
  readonly build: string;
}

/**
 * semver.org 2.0 precedence, tolerant of what advisories hold: a leading `v` or `=`, fewer or more than three parts, leading zeros,
 * a pre-release without its dash (`1.0.0rc1`). Build metadata does not count.
 */
export const semver: VersionScheme<SemverVersion> = { id: 'semver', parse: parseSemver, compare: compareSemver };

export function parseSemver(text: string): SemverVersion | undefined {
  const match = /^[v=\s]*([0-9]+(?:\.[0-9]+)*)/i.exec(text.trimEnd());
  if (match === null) return undefined;
  const rest = text.trimEnd().slice(match[0].length);
  if (/[\s,*|<>]/.test(rest)) return undefined;
  const plus = rest.indexOf('+');
  const pre = (plus < 0 ? rest : rest.slice(0, plus)).replace(/^[-.]/, '');
  const core = (match[1] as string).split('.').map(stripZeros);
  while (core.length > 1 && core[core.length - 1] === '0') core.pop();
  return { core, pre: pre === '' ? [] : pre.split('.').map(identifier), build: plus < 0 ? '' : rest.slice(plus + 1) };
}

export function compareSemver(a: SemverVersion, b: SemverVersion): number {
  return compareCore(a.core, b.core) || comparePre(a.pre, b.pre);
}

function compareCore(a: readonly string[], b: readonly string[]): number {
  return comparePadded(a, b, { fill: '0', compare: compareDigits });
}

/** A version with a pre-release is below the one without; more identifiers win when all before are equal. */
function comparePre(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareIdentifiers(a[i] as string, b[i] as string);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers are below words. */
export function compareIdentifiers(a: string, b: string): number {
  const numericA = isDigits(a);
  const numericB = isDigits(b);
  if (numericA && numericB) return compareDigits(a, b);
  return numericA === numericB ? compareText(a, b) : numericA ? -1 : 1;
}

function identifier(text: string): string {
  return isDigits(text) ? stripZeros(text) : text;
}
