import type { VersionScheme } from './scheme.ts';
import { compareDigits, comparePadded, compareText, isDigits, stripZeros } from './text.ts';

interface PythonVersion {
  readonly epoch: string;
  readonly release: readonly string[];
  /** Rank of the pre-release letter, see {@link RANK}; a version without one is `final`, a bare `.devN` lies below all. */
  readonly rank: number;
  readonly preNumber: string;
  /** Absent post is below post 0; absent dev is above every dev. */
  readonly post: string | null;
  readonly dev: string | null;
  readonly local: readonly string[] | null;
  /** What followed the release of a version that is none by PEP 440 (`0.9-doduo`). */
  readonly legacy: string;
}

const RANK = { dev: 0, legacy: 1, a: 2, b: 3, rc: 4, final: 5 } as const;
const LETTERS: Readonly<Record<string, keyof typeof RANK>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  rc: 'rc',
  pre: 'rc',
  preview: 'rc',
};
const SUFFIXES =
  /^(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?([0-9]*))?(?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]*))?(?:[-_.]?(dev)[-_.]?([0-9]*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

/** PEP 440, with a fallback order for what it does not allow: by the leading numbers, below the pre-releases of the same numbers. */
export const pep440: VersionScheme<PythonVersion> = {
  id: 'pep440',
  parse(text) {
    const version = text.trim().toLowerCase();
    if (version === '' || /\s/.test(version)) return undefined;
    const head = /^v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)/.exec(version);
    const release = (head?.[2] ?? '').split('.').map(stripZeros);
    while (release.length > 0 && (release.at(-1) === '0' || release.at(-1) === '')) release.pop();
    const epoch = stripZeros(head?.[1] ?? '0');
    const rest = version.slice(head?.[0].length ?? 0);
    const suffix = head === null ? null : SUFFIXES.exec(rest);
    if (suffix === null) return { epoch, release, rank: RANK.legacy, preNumber: '0', post: null, dev: null, local: null, legacy: rest };
    const post = suffix[3] ?? (suffix[4] === undefined ? null : suffix[5] || '0');
    const dev = suffix[6] === undefined ? null : suffix[7] || '0';
    const letter = suffix[1] === undefined ? undefined : LETTERS[suffix[1]];
    return {
      epoch,
      release,
      rank: letter !== undefined ? RANK[letter] : post === null && dev !== null ? RANK.dev : RANK.final,
      preNumber: stripZeros(suffix[2] || '0'),
      post: post === null ? null : stripZeros(post),
      dev: dev === null ? null : stripZeros(dev),
      local: suffix[8] === undefined ? null : suffix[8].split(/[-_.]/),
      legacy: '',
    };
  },
  compare(a, b) {
    return (
      compareDigits(a.epoch, b.epoch) ||
      comparePadded(a.release, b.release, { fill: '0', compare: compareDigits }) ||
      a.rank - b.rank ||
      compareText(a.legacy, b.legacy) ||
      compareDigits(a.preNumber, b.preNumber) ||
      compareNullable(a.post, b.post, -1) ||
      compareNullable(a.dev, b.dev, 1) ||
      compareLocal(a.local, b.local)
    );
  },
};

/** The public part of a version: OSV lists hold no local labels (`1.13.1+cu117` is listed as `1.13.1`). */
export function withoutLocal(version: string): string {
  const plus = version.indexOf('+');
  return plus < 0 ? version : version.slice(0, plus);
}

function compareNullable(a: string | null, b: string | null, whenOnlyAIsAbsent: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? whenOnlyAIsAbsent : -whenOnlyAIsAbsent;
  return compareDigits(a, b);
}

/** Words are below numbers here, the other way round than in semver. */
function compareLocal(a: readonly string[] | null, b: readonly string[] | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i] as string, b[i] as string];
    const [numericX, numericY] = [isDigits(x), isDigits(y)];
    const order =
      numericX && numericY ? compareDigits(stripZeros(x), stripZeros(y)) : Number(numericX) - Number(numericY) || compareText(x, y);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
