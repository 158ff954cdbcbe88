/** A distribution as one of its release files names it. */
export interface NamedRelease {
  readonly id: string;
  readonly version: string;
  readonly prettyName: string;
  readonly codename?: string;
}

/** First line of `/etc/redhat-release` and its kin; the longer name is tried first because names contain each other. */
const PRODUCTS: readonly (readonly [RegExp, string])[] = [
  [/^almalinux\b/i, 'almalinux'],
  [/^rocky linux\b/i, 'rocky'],
  [/^oracle linux\b/i, 'ol'],
  [/^centos stream\b/i, 'centos'],
  [/^centos\b/i, 'centos'],
  [/^scientific linux\b/i, 'scientific'],
  [/^fedora\b/i, 'fedora'],
  [/^amazon linux\b/i, 'amzn'],
  [/^red hat enterprise linux\b/i, 'rhel'],
  [/^cbl-mariner\b/i, 'mariner'],
  [/^(?:microsoft )?azure linux\b/i, 'azurelinux'],
];

/** `NAME release X.Y (Codename)`, also `CBL-Mariner 2.0.20220122`. Null when the product is not known. */
export function parseReleaseLine(bytes: Buffer): NamedRelease | null {
  const line = bytes.toString('utf8', 0, Math.min(bytes.length, 512)).split('\n', 1)[0]!.trim();
  const product = PRODUCTS.find(([pattern]) => pattern.test(line));
  const version = /\d{1,9}(?:\.\d{1,9})*/.exec(line)?.[0];
  if (product === undefined || version === undefined) return null;
  return { id: product[1], version, prettyName: line };
}

/** `/etc/system-release-cpe`, the only release file of some CentOS 6 images: `cpe:/o:centos:linux:6:GA`. */
export function parseSystemReleaseCpe(bytes: Buffer): NamedRelease | null {
  const text = bytes.toString('utf8', 0, Math.min(bytes.length, 512)).split('\n', 1)[0]!.trim();
  const parts = text.replace(/^cpe:2\.3:/, 'cpe:/').split(':');
  const [scheme, , vendor, product, version] = parts;
  if (scheme !== 'cpe' || vendor === undefined || version === undefined || !/^\d{1,9}(\.\d{1,9})*$/.test(version)) return null;
  const id = CPE_VENDORS.get(vendor === 'redhat' && product !== 'enterprise_linux' ? '' : vendor);
  return id === undefined ? null : { id, version, prettyName: `${id} ${version}` };
}

const CPE_VENDORS: ReadonlyMap<string, string> = new Map([
  ['centos', 'centos'],
  ['redhat', 'rhel'],
  ['oracle', 'ol'],
  ['amazon', 'amzn'],
  ['fedoraproject', 'fedora'],
  ['almalinux', 'almalinux'],
  ['rocky', 'rocky'],
]);

/** `/etc/debian_version`: `12.5`, or `forky/sid` on testing and unstable. */
export function parseDebianVersion(bytes: Buffer): NamedRelease | null {
  const text = bytes.toString('utf8', 0, Math.min(bytes.length, 128)).trim();
  if (/^\d{1,4}(\.\d{1,4})?$/.test(text)) return { id: 'debian', version: text.split('.')[0]!, prettyName: `Debian GNU/Linux ${text}` };
  const codename = /^([a-z]{2,32})\/sid$/.exec(text)?.[1];
  return codename === undefined ? null : { id: 'debian', version: codename, codename, prettyName: `Debian GNU/Linux ${text}` };
}

/** `/etc/alpine-release`: `3.20.1`, or `3.21.0_alpha20240923` on edge. */
export function parseAlpineRelease(bytes: Buffer): NamedRelease | null {
  const text = bytes.toString('utf8', 0, Math.min(bytes.length, 128)).trim();
  if (!/^\d{1,4}\.\d{1,4}[\w.]{0,40}$/.test(text)) return null;
  return { id: 'alpine', version: text, prettyName: `Alpine Linux ${text}` };
}
