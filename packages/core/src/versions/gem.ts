import type { VersionScheme } from './scheme.ts';
import { alnumRuns, compareDigits, comparePadded, compareText, isDigitAt, stripZeros } from './text.ts';

/** A platform that file names append to a version (`1.15.4-x86_64-linux`); it is no part of the version. */
const PLATFORM = /-(?:x86|x64|i[3-6]86|amd64|arm|aarch64|java|jruby|ruby|universal|mswin|mingw|powerpc|s390|riscv)[A-Za-z0-9_.-]*$/;

/** Gem::Version: runs of digits and letters, letters (a pre-release) below numbers, trailing zeros ignored. */
export const gem: VersionScheme<readonly string[]> = {
  id: 'gem',
  parse(text) {
    const trimmed = text.trim();
    const dash = trimmed.indexOf('-');
    const version = dash < 0 ? trimmed : trimmed.slice(0, dash) + trimmed.slice(dash).replace(PLATFORM, '').replaceAll('-', '.pre.');
    if (!/^[0-9][0-9A-Za-z.]*$/.test(version)) return undefined;
    return withoutZeros(alnumRuns(version).map((run) => (isDigitAt(run, 0) ? stripZeros(run) : run)));
  },
  compare(a, b) {
    return comparePadded(a, b, { fill: '0', compare: compareSegment });
  },
};

/** Zeros before the first letter and at the end do not count: `1.0.0.a` equals `1.a`. */
function withoutZeros(segments: readonly string[]): readonly string[] {
  const letter = segments.findIndex((segment) => !isDigitAt(segment, 0));
  const release = letter < 0 ? segments : segments.slice(0, letter);
  const rest = letter < 0 ? [] : segments.slice(letter);
  return [...trimEnd(release), ...trimEnd(rest)];
}

function trimEnd(segments: readonly string[]): readonly string[] {
  let end = segments.length;
  while (end > 0 && segments[end - 1] === '0') end--;
  return segments.slice(0, end);
}

function compareSegment(a: string, b: string): number {
  const digitsA = isDigitAt(a, 0);
  const digitsB = isDigitAt(b, 0);
  if (digitsA && digitsB) return compareDigits(a, b);
  return digitsA === digitsB ? compareText(a, b) : digitsA ? 1 : -1;
}
