/** Debian's code names as releases are numbered in advisories; unknown names have no namespace. */
const RELEASES: ReadonlyMap<string, string> = new Map([
  ['woody', '3.0'],
  ['sarge', '3.1'],
  ['etch', '4'],
  ['lenny', '5'],
  ['squeeze', '6'],
  ['wheezy', '7'],
  ['jessie', '8'],
  ['stretch', '9'],
  ['buster', '10'],
  ['bullseye', '11'],
  ['bookworm', '12'],
  ['trixie', '13'],
  ['forky', '14'],
  ['duke', '15'],
  ['sid', 'sid'],
]);

/** `Debian:12` of `bookworm`. */
export function debianEcosystem(codename: string): string | undefined {
  const release = RELEASES.get(codename);
  return release === undefined ? undefined : `Debian:${release}`;
}
