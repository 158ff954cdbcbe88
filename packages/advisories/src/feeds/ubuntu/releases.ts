/** Ubuntu's releases in order, by code name; the one after the newest named in a file is what that file calls `devel`. */
const RELEASES: readonly (readonly [codename: string, version: string])[] = [
  ['dapper', '6.06'],
  ['edgy', '6.10'],
  ['feisty', '7.04'],
  ['gutsy', '7.10'],
  ['hardy', '8.04'],
  ['intrepid', '8.10'],
  ['jaunty', '9.04'],
  ['karmic', '9.10'],
  ['lucid', '10.04'],
  ['maverick', '10.10'],
  ['natty', '11.04'],
  ['oneiric', '11.10'],
  ['precise', '12.04'],
  ['quantal', '12.10'],
  ['raring', '13.04'],
  ['saucy', '13.10'],
  ['trusty', '14.04'],
  ['utopic', '14.10'],
  ['vivid', '15.04'],
  ['wily', '15.10'],
  ['xenial', '16.04'],
  ['yakkety', '16.10'],
  ['zesty', '17.04'],
  ['artful', '17.10'],
  ['bionic', '18.04'],
  ['cosmic', '18.10'],
  ['disco', '19.04'],
  ['eoan', '19.10'],
  ['focal', '20.04'],
  ['groovy', '20.10'],
  ['hirsute', '21.04'],
  ['impish', '21.10'],
  ['jammy', '22.04'],
  ['kinetic', '22.10'],
  ['lunar', '23.04'],
  ['mantic', '23.10'],
  ['noble', '24.04'],
  ['oracular', '24.10'],
  ['plucky', '25.04'],
  ['questing', '25.10'],
  ['resolute', '26.04'],
];
const ORDER: ReadonlyMap<string, number> = new Map(RELEASES.map(([codename], index) => [codename, index]));

export interface UbuntuRelease {
  /** `18.04`. */
  readonly version: string;
  /** `esm-infra`, `esm-apps`, `fips-updates` …; absent for the release itself. */
  readonly stream?: string;
}

/** Position of a code name in the order of releases; -1 when unknown. */
export function releaseOrder(codename: string): number {
  return ORDER.get(codename) ?? -1;
}

/**
 * `trusty`, `trusty/esm`, `esm-apps/xenial`, `devel`. `newest` is the position of the newest release named in the file;
 * undefined for other products (`snap`, `product`, `vivid/ubuntu-core`, `upstream`) and unknown names.
 */
export function ubuntuRelease(word: string, newest: number): UbuntuRelease | undefined {
  if (word === 'devel') return newest < 0 ? undefined : at(newest + 1);
  const slash = word.indexOf('/');
  if (slash < 0) return at(releaseOrder(word));
  const [head, tail] = [word.slice(0, slash), word.slice(slash + 1)];
  if (tail === 'esm') return at(releaseOrder(head), 'esm-infra');
  return releaseOrder(head) >= 0 ? undefined : at(releaseOrder(tail), head);
}

function at(index: number, stream?: string): UbuntuRelease | undefined {
  const row = index < 0 ? undefined : RELEASES[index];
  if (row === undefined) return undefined;
  return stream === undefined ? { version: row[1] } : { version: row[1], stream };
}
