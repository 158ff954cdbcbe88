import type { VersionScheme } from './scheme.ts';
import { alnumRuns, compareDigits, compareText, isDigitAt, stripZeros } from './text.ts';

const PRE = new Set(['dev', 'alpha', 'beta', 'pre', 'preview', 'rc', 'snapshot', 'm', 'milestone']);

/** For software without a scheme (OpenSSL letters, `9.8p1`, dates): runs of digits and letters; a trailing letter is newer than none, words of pre-releases older. */
export const generic: VersionScheme<readonly string[]> = {
  id: 'generic',
  parse(text) {
    const version = text
      .trim()
      .toLowerCase()
      .replace(/^v(?=[0-9])/, '');
    return isDigitAt(version, 0) && !/[\s,*|<>]/.test(version)
      ? alnumRuns(version).map((run) => (isDigitAt(run, 0) ? stripZeros(run) : run))
      : undefined;
  },
  compare(a, b) {
    const length = Math.max(a.length, b.length);
    for (let i = 0; i < length; i++) {
      const order = compareRuns(a[i] ?? '', b[i] ?? '');
      if (order !== 0) return order;
    }
    return 0;
  },
};

/** pre-release word, end or zero, other word, number. */
function compareRuns(a: string, b: string): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  return rankOf(a) === 3 ? compareDigits(a, b) : rankOf(a) === 1 ? 0 : compareText(a, b);
}

function rankOf(run: string): number {
  if (run === '' || run === '0') return 1;
  return isDigitAt(run, 0) ? 3 : PRE.has(run) ? 0 : 2;
}
