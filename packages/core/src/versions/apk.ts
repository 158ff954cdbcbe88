import type { VersionScheme } from './scheme.ts';
import { compareDigits, compareText, isDigitAt, stripZeros } from './text.ts';

/** Kinds in the order in which a missing one counts: what ends earlier with a higher kind is older. */
const KIND = { number: 1, letter: 2, suffix: 3, suffixNumber: 4, revision: 5, end: 6, invalid: 7 } as const;
interface Token {
  readonly kind: number;
  readonly text: string;
  /** Rank of a suffix, negative before the release. */
  readonly rank: number;
  /** A component with a leading zero is a fraction: compared as text. */
  readonly fraction?: boolean;
}

const SUFFIX_RANK: Readonly<Record<string, number>> = { alpha: -4, beta: -3, pre: -2, rc: -1, cvs: 1, svn: 2, git: 3, hg: 4, p: 5 };
const END: Token = { kind: KIND.end, text: '', rank: 0 };

/** apk-tools: `digits{.digits}[letter]{_suffix[digits]}[~hash][-rN]`. A text that leaves this grammar is ordered up to there, then as text. */
export const apk: VersionScheme<readonly Token[]> = {
  id: 'apk',
  parse(text) {
    const version = text.trim();
    return /^[0-9][^\s]*$/.test(version) ? tokens(version) : undefined;
  },
  compare(a, b) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      const order = compareTokens(a[i] as Token, b[i] as Token);
      if (order !== 0) return order;
    }
    return 0;
  },
};

function tokens(version: string): Token[] {
  const list: Token[] = [];
  const step = /[0-9]+|\.[0-9]+|[a-z]|_[a-z]+|-r[0-9]*/y;
  let previous = 0;
  while (step.lastIndex < version.length) {
    const start = step.lastIndex;
    const text = version[start] === '~' ? '' : (step.exec(version)?.[0] ?? '');
    const token = text === '' ? undefined : tokenOf(text, previous);
    if (token === undefined) {
      list.push(tail(version.slice(start)));
      break;
    }
    list.push(token);
    previous = token.kind;
  }
  list.push(END);
  return list;
}

function tokenOf(text: string, previous: number): Token | undefined {
  const first = text[0] as string;
  if (isDigitAt(text, 0)) {
    if (previous === KIND.suffix) return number(KIND.suffixNumber, text);
    return previous === 0 || previous === KIND.letter ? number(KIND.number, text) : undefined;
  }
  if (first === '.') {
    if (previous !== KIND.number) return undefined;
    return text[1] === '0' ? { kind: KIND.number, text: text.slice(1), rank: 0, fraction: true } : number(KIND.number, text.slice(1));
  }
  if (first === '_') {
    const name = text.slice(1);
    const fits = previous !== KIND.revision && Object.hasOwn(SUFFIX_RANK, name);
    return fits ? { kind: KIND.suffix, text: '', rank: SUFFIX_RANK[name] as number } : undefined;
  }
  if (first === '-') return previous === KIND.revision ? undefined : number(KIND.revision, text.slice(2) || '0');
  return previous === KIND.number ? { kind: KIND.letter, text, rank: 0 } : undefined;
}

function number(kind: number, digits: string): Token {
  return { kind, text: stripZeros(digits), rank: 0 };
}

/** `~hash` names a commit and sorts like the end; anything else is outside the grammar. */
function tail(text: string): Token {
  return { kind: KIND.invalid, text, rank: 0 };
}

function compareTokens(a: Token, b: Token): number {
  if (a.kind === b.kind) {
    if (a.kind === KIND.letter || a.kind === KIND.invalid || a.fraction || b.fraction) return compareText(a.text, b.text);
    return a.rank - b.rank || (a.kind === KIND.suffix ? 0 : compareDigits(a.text, b.text));
  }
  if (a.kind === KIND.suffix && a.rank < 0) return -1;
  if (b.kind === KIND.suffix && b.rank < 0) return 1;
  return b.kind - a.kind;
}
