import { type PackageTypeRow, packageType, packageTypeOfEcosystem, packageTypeOfName } from './package-type.ts';

/**
 * Advisory namespaces: `debian:12`, `ubuntu:22.04`, `alpine:3.20`, `almalinux:9`, `bitnami`, or a language type (`npm`, `pypi`, `golang`).
 * Distribution part: os-release ID in lower case, a colon, the release as advisories name it (major for Debian and RPM families,
 * YY.MM for Ubuntu, X.Y for Alpine, `edge`); a slash adds a stream (`ubuntu:22.04/esm-infra`). Rolling distributions have no release.
 */
const DISTRO_OF_ECOSYSTEM: Readonly<Record<string, string>> = {
  Debian: 'debian',
  Ubuntu: 'ubuntu',
  Alpine: 'alpine',
  AlmaLinux: 'almalinux',
  'Rocky Linux': 'rocky',
  'Red Hat': 'redhat',
  'Azure Linux': 'azurelinux',
  Mageia: 'mageia',
  openEuler: 'openeuler',
  openSUSE: 'opensuse',
  'Photon OS': 'photon',
  SUSE: 'suse',
  Wolfi: 'wolfi',
  Chainguard: 'chainguard',
  MinimOS: 'minimos',
  Echo: 'echo',
  Alpaquita: 'alpaquita',
  'BellSoft Hardened Containers': 'bellsoft',
};

/** Namespace of an OSV ecosystem string such as `Debian:12`, `Ubuntu:Pro:18.04:LTS`, `Alpine:v3.20`, `PyPI`; undefined when unknown. */
export function namespaceOfEcosystem(ecosystem: string): string | undefined {
  const colon = ecosystem.indexOf(':');
  const head = colon < 0 ? ecosystem : ecosystem.slice(0, colon);
  const rest = colon < 0 ? '' : ecosystem.slice(colon + 1);
  const type = packageTypeOfEcosystem(head);
  if (type !== undefined) return type;
  const distro = Object.hasOwn(DISTRO_OF_ECOSYSTEM, head) ? DISTRO_OF_ECOSYSTEM[head] : undefined;
  if (distro === undefined) return undefined;
  if (rest === '') return distro;
  if (distro === 'ubuntu') {
    // `Pro:18.04:LTS`, `Pro:FIPS-updates:20.04:LTS`: the release is last, everything before it names the stream.
    const parts = rest.split(':').filter((part) => part !== 'LTS');
    const release = parts.pop() ?? '';
    return parts.length > 0 ? `ubuntu:${release}/${parts.join('-').toLowerCase()}` : `ubuntu:${release}`;
  }
  if (distro === 'redhat') return redHatNamespace(rest);
  if (distro === 'alpine') return `alpine:${rest.replace(/^v/, '')}`;
  return `${distro}:${rest}`;
}

/** Red Hat names products by CPE: `enterprise_linux:9::appstream`, `rhel_eus:9.2::baseos`. Support streams fix under numbers of their own. */
function redHatNamespace(product: string): string {
  const [, stream, major] = /^(?:enterprise_linux|rhel_([a-z0-9]+)):([0-9]+)/.exec(product) ?? [];
  if (major === undefined) return `redhat:${product}`;
  return stream === undefined ? `redhat:${major}` : `redhat:${major}/${stream}`;
}

/** Spelling under which advisories key a name in a namespace. Distribution packages are keyed as written. */
export function normalizeName(namespace: string, name: string): string {
  return languageTypeOfNamespace(namespace)?.normalizeName(name) ?? name;
}

/** The row of a namespace that is a package type of its own (`npm`, `pypi`, `bitnami`); undefined for distribution releases. */
export function languageTypeOfNamespace(namespace: string): PackageTypeRow | undefined {
  const type = packageTypeOfName(namespace);
  return type === undefined || packageType(type).os ? undefined : packageType(type);
}

/** `ubuntu:22.04/esm-infra` apart: the release that packages carry, and the stream when there is one. */
export function splitNamespace(namespace: string): { readonly base: string; readonly stream?: string } {
  const slash = namespace.indexOf('/');
  return slash < 0 ? { base: namespace } : { base: namespace.slice(0, slash), stream: namespace.slice(slash + 1) };
}
