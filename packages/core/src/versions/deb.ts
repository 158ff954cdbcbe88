import type { VersionScheme } from './scheme.ts';
import { compareDigits, isDigitAt, isDigits, stripZeros } from './text.ts';

interface DebVersion {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

/** Debian policy 5.6.12, checked against `dpkg --compare-versions`: `[epoch:]upstream[-revision]`, absent parts are 0. */
export const deb: VersionScheme<DebVersion> = {
  id: 'deb',
  parse(text) {
    const version = text.trim();
    if (!/^[A-Za-z0-9.+~:-]+$/.test(version)) return undefined;
    const colon = version.indexOf(':');
    const epoch = colon < 0 ? '0' : version.slice(0, colon);
    const dash = version.lastIndexOf('-');
    const upstream = version.slice(colon + 1, dash < 0 ? undefined : dash);
    if (!isDigits(epoch) || upstream === '' || version.endsWith('-')) return undefined;
    return { epoch: stripZeros(epoch), upstream, revision: dash < 0 ? '' : version.slice(dash + 1) };
  },
  compare(a, b) {
    return compareDigits(a.epoch, b.epoch) || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision);
  },
};

/** Alternating runs of other characters and digits; `~` before the end, the end before letters, letters before the rest. */
function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigitAt(a, i)) || (j < b.length && !isDigitAt(b, j))) {
      const order = weight(a, i) - weight(b, j);
      if (order !== 0) return order;
      i++;
      j++;
    }
    while (a.charCodeAt(i) === 48) i++;
    while (b.charCodeAt(j) === 48) j++;
    let first = 0;
    while (isDigitAt(a, i) && isDigitAt(b, j)) {
      if (first === 0) first = a.charCodeAt(i) - b.charCodeAt(j);
      i++;
      j++;
    }
    if (isDigitAt(a, i)) return 1;
    if (isDigitAt(b, j)) return -1;
    if (first !== 0) return first;
  }
  return 0;
}

function weight(text: string, index: number): number {
  if (index >= text.length || isDigitAt(text, index)) return 0;
  const code = text.charCodeAt(index);
  if (code === 126) return -1;
  const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return letter ? code : code + 256;
}
