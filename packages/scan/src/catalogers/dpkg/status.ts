import { readStanzas, type Stanza } from '../../reading/stanza.ts';
import { isPlainName, isPlainVersion } from '../../reading/text.ts';

/** One installed package of a dpkg database. */
export interface DpkgPackage {
  readonly name: string;
  readonly version: string;
  readonly arch?: string;
  readonly sourceName?: string;
  readonly sourceVersion?: string;
  /** Who made it, where it says that it does not come from the distribution. */
  readonly origin?: string;
  /** Nothing shows that it comes from the distribution: its words do not count for the files it brings. */
  readonly unproven?: true;
}

const WANTED: ReadonlySet<string> = new Set([
  'package',
  'status',
  'version',
  'architecture',
  'source',
  'origin',
  'vendor',
  'license',
  'maintainer',
  'port-version',
  'default-features',
  'feature',
  'abi',
]);

/** Keys that only vcpkg writes; its database has the same name and grammar but lists ports, not Debian packages. */
const VCPKG_KEYS = ['port-version', 'default-features', 'feature', 'abi'];

/** States (third word of `Status`) in which no file of the package is on disk. */
const NOT_ON_DISK: ReadonlySet<string> = new Set(['not-installed', 'config-files']);

const MAX_ORIGIN = 256;
const DISTRIBUTION_ORIGINS = /^(?:debian|ubuntu|raspbian|kali|devuan|linuxmint|openwrt)\b/i;

export interface StatusResult {
  readonly packages: readonly DpkgPackage[];
  /** Stanzas that name a package on disk but cannot be kept (no version). */
  readonly broken: number;
  readonly truncated: boolean;
  /** Not a dpkg database at all. */
  readonly foreign: boolean;
}

/**
 * Packages of a dpkg `status` file or one file of `status.d` (deb-control(5), dpkg(1) for the states). A stanza without `Status` counts
 * as installed, because distroless images write none.
 */
export function readStatus(bytes: Buffer, maxEntries: number): StatusResult {
  const packages: DpkgPackage[] = [];
  let broken = 0;
  for (const stanza of readStanzas(bytes, WANTED)) {
    if (VCPKG_KEYS.some((key) => stanza.has(key))) return { packages: [], broken: 0, truncated: false, foreign: true };
    const name = stanza.get('package');
    if (name === undefined || !isOnDisk(stanza.get('status'))) continue;
    const version = stanza.get('version');
    if (!isPlainName(name) || !isPlainVersion(version)) {
      broken++;
      continue;
    }
    if (packages.length >= maxEntries) return { packages, broken, truncated: true, foreign: false };
    packages.push(toPackage(name, version, stanza));
  }
  return { packages, broken, truncated: false, foreign: false };
}

function isOnDisk(status: string | undefined): boolean {
  if (status === undefined) return true;
  const state = status.split(/\s+/)[2];
  return state !== undefined && !NOT_ON_DISK.has(state);
}

function toPackage(name: string, version: string, stanza: Stanza): DpkgPackage {
  const arch = stanza.get('architecture');
  const source = kernelSource(splitSource(stanza.get('source') ?? ''), version);
  const origin = foreignOrigin(stanza);
  return {
    name,
    version,
    ...(arch !== undefined && isPlainName(arch) ? { arch } : {}),
    sourceName: source.name ?? name,
    sourceVersion: source.version ?? version,
    ...(origin === undefined ? {} : { origin }),
    ...(isMadeByDistribution(stanza.get('maintainer')) ? {} : { unproven: true as const }),
  };
}

/** `name` or `name (version)`; the version differs from the binary's for binary-only rebuilds and for sources with several epochs. */
/**
 * Kernel images are built from `linux-signed-amd64 (6.1.128+1)` or `linux-signed-aws`, but advisories speak of `linux` and `linux-aws` in
 * the version that the binary carries.
 */
function kernelSource(source: { name?: string; version?: string }, version: string): { name?: string; version?: string } {
  const flavour = /^linux-signed(?:-(amd64|arm64|i386|[a-z0-9.-]+))?$/.exec(source.name ?? '');
  if (flavour === null) return source;
  const [, suffix] = flavour;
  return { name: suffix === undefined || ['amd64', 'arm64', 'i386'].includes(suffix) ? 'linux' : `linux-${suffix}`, version };
}

function splitSource(source: string): { name?: string; version?: string } {
  const open = source.indexOf('(');
  const name = (open < 0 ? source : source.slice(0, open)).trim();
  if (!isPlainName(name)) return {};
  const close = open < 0 ? -1 : source.indexOf(')', open);
  const version = close < 0 ? '' : source.slice(open + 1, close).trim();
  return isPlainVersion(version) ? { name, version } : { name };
}

/** Addresses and teams of the distributions that use dpkg. */
const DISTRIBUTION_MAINTAINERS =
  /^(?:Debian|Ubuntu)\b|[@.](?:debian\.org|debian\.net|ubuntu\.com|canonical\.com|raspbian\.org|raspberrypi\.com|kali\.org|linuxmint\.com)>?$/i;

/**
 * Most of a distribution's packages are maintained by its teams or from its addresses. The few of private addresses are taken for
 * foreign here: hiding a language package needs proof, since a vendor's package of a hundred modules would otherwise hide all of them.
 */
function isMadeByDistribution(maintainer: string | undefined): boolean {
  return maintainer === undefined || DISTRIBUTION_MAINTAINERS.test(maintainer.slice(0, MAX_ORIGIN));
}

/** Vendors whose own repositories carry packages under names that distributions use too. */
const VENDOR_ADDRESSES =
  /@(?:[a-z0-9-]+\.)?(?:docker\.com|nodesource\.com|hashicorp\.com|gitlab\.com|elastic\.co|nginx\.com|mongodb\.com|grafana\.com|datadoghq\.com|percona\.com)>?$/i;

/**
 * Who made a package that does not come from the distribution. Debian and Ubuntu write neither `Vendor` nor `License` (they are no
 * fields of deb-control(5)); packagers of third parties (fpm, nfpm, electron-builder) do. `Origin` is said by some others.
 */
function foreignOrigin(stanza: Stanza): string | undefined {
  const origin = stanza.get('origin') ?? '';
  if (origin !== '') return DISTRIBUTION_ORIGINS.test(origin) ? undefined : origin.slice(0, MAX_ORIGIN);
  const vendor = stanza.get('vendor') ?? '';
  if (vendor !== '') return vendor.slice(0, MAX_ORIGIN);
  const maintainer = (stanza.get('maintainer') ?? '').slice(0, MAX_ORIGIN);
  if (!stanza.has('license') && !VENDOR_ADDRESSES.test(maintainer)) return undefined;
  return maintainer.split('<', 1)[0]?.trim() || 'unknown';
}
