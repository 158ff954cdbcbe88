import type { VersionScheme } from './scheme.ts';
import { compareDigits, compareText, isDigitAt, stripZeros } from './text.ts';

/** One token and the separator before it; a change between digits and letters separates like a dash. */
interface Token {
  readonly dash: boolean;
  readonly number: boolean;
  readonly text: string;
}

const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE = QUALIFIERS.indexOf('');
const ALIASES: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' };
/** One letter counts as the word only when a digit follows at once. */
const SHORT: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };

/** The version order specification of Maven's POM reference (https://maven.apache.org/pom.html#version-order-specification). */
export const maven: VersionScheme<readonly Token[]> = {
  id: 'maven',
  parse(text) {
    const version = text.trim().toLowerCase();
    return version === '' || /[\s,[\]()]/.test(version) ? undefined : trimNulls(tokens(version));
  },
  compare(a, b) {
    const length = Math.max(a.length, b.length);
    for (let i = 0; i < length; i++) {
      const order = compareTokens(a[i] ?? nullLike(b[i] as Token), b[i] ?? nullLike(a[i] as Token));
      if (order !== 0) return order;
    }
    return 0;
  },
};

function tokens(version: string): Token[] {
  const list: Token[] = [];
  let dash = false;
  let start = 0;
  for (let i = 0; i <= version.length; i++) {
    const separator = i === version.length || version[i] === '.' || version[i] === '-' || version[i] === '_';
    const turn = !separator && i > start && isDigitAt(version, i) !== isDigitAt(version, i - 1);
    if (!separator && !turn) continue;
    list.push(token(version.slice(start, i), dash, turn));
    dash = turn || version[i] !== '.';
    start = turn ? i : i + 1;
  }
  return list;
}

function token(text: string, dash: boolean, digitFollows: boolean): Token {
  if (text === '' || isDigitAt(text, 0)) return { dash, number: true, text: stripZeros(text || '0') };
  const word = digitFollows && Object.hasOwn(SHORT, text) ? (SHORT[text] as string) : text;
  return { dash, number: false, text: Object.hasOwn(ALIASES, word) ? (ALIASES[word] as string) : word };
}

function isNull(token: Token): boolean {
  return token.text === (token.number ? '0' : '');
}

/** Drops 0 and release words at the end, and before each dash. */
function trimNulls(list: readonly Token[]): readonly Token[] {
  const kept: Token[] = [];
  for (const token of list) {
    if (token.dash) while (kept.length > 1 && isNull(kept.at(-1) as Token)) kept.pop();
    kept.push(token);
  }
  while (kept.length > 1 && isNull(kept.at(-1) as Token)) kept.pop();
  return kept;
}

function nullLike(other: Token): Token {
  return other.number ? { dash: other.dash, number: true, text: '0' } : { dash: other.dash, number: false, text: '' };
}

function compareTokens(a: Token, b: Token): number {
  const kind = kindOf(a) - kindOf(b);
  if (kind !== 0) return kind;
  if (a.number) return compareDigits(a.text, b.text);
  return rankOf(a) - rankOf(b) || compareText(a.text, b.text);
}

/** A word is below `-number`, and that below `.number`. */
function kindOf(token: Token): number {
  return token.number ? (token.dash ? 1 : 2) : 0;
}

function rankOf(token: Token): number {
  const rank = QUALIFIERS.indexOf(token.text);
  return rank < 0 ? QUALIFIERS.length : rank === RELEASE ? RELEASE : rank;
}
