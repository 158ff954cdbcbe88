/** What a distribution's release files said, before it becomes a `Distro`. */
export interface ReleaseFacts {
  readonly id: string;
  readonly version: string;
  readonly codename?: string;
  /** `VERSION` of os-release: service packs that `VERSION_ID` leaves out. */
  readonly longVersion?: string;
  readonly ubuntuCodename?: string;
  readonly name?: string;
}

type Rule = (facts: ReleaseFacts) => string | undefined;

/** Other spellings of the same distribution. `ID_LIKE` is not followed: Amazon Linux claims to be like RHEL and is not. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['redhat', 'rhel'],
  ['oracle', 'ol'],
  ['oraclelinux', 'ol'],
  ['amazon', 'amzn'],
  ['amazonlinux', 'amzn'],
  ['rockylinux', 'rocky'],
  ['alma', 'almalinux'],
  ['sl', 'scientific'],
  ['archlinux', 'arch'],
  ['opensuse_leap', 'opensuse-leap'],
]);

/** Codenames of Debian releases by number; testing and unstable are known by codename only. */
const DEBIAN_CODENAMES: ReadonlyMap<string, string> = new Map(
  'squeeze wheezy jessie stretch buster bullseye bookworm trixie forky duke'.split(' ').map((name, index) => [name, String(index + 6)]),
);

const UBUNTU_CODENAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    precise: '12.04',
    trusty: '14.04',
    xenial: '16.04',
    bionic: '18.04',
    focal: '20.04',
    jammy: '22.04',
    noble: '24.04',
    resolute: '26.04',
  }),
);

/** Alpine release on which a postmarketOS release is built. */
const POSTMARKETOS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '20.05': '3.12',
    '21.03': '3.13',
    '21.06': '3.14',
    '21.12': '3.15',
    '22.06': '3.16',
    '22.12': '3.17',
    '23.06': '3.18',
    '23.12': '3.19',
    '24.06': '3.20',
    '24.12': '3.21',
    '25.06': '3.22',
    '25.12': '3.23',
    edge: 'edge',
  }),
);

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['debian', debian],
  ['raspbian', debian],
  ['ubuntu', ubuntu],
  ['linuxmint', ubuntuDerivative],
  ['pop', ubuntuDerivative],
  ['elementary', ubuntuDerivative],
  ['zorin', ubuntuDerivative],
  ['neon', ubuntuDerivative],
  ['alpine', (facts) => alpine(facts.version)],
  ['postmarketos', (facts) => prefixed('alpine', POSTMARKETOS.get(facts.version.replace(/^v/, '')))],
  ['rhel', (facts) => majorOf('redhat', facts.version)],
  ['scientific', (facts) => majorOf('redhat', facts.version)],
  ['centos', (facts) => (/stream/i.test(facts.name ?? '') ? undefined : majorOf('redhat', facts.version))],
  ['almalinux', (facts) => majorOf('almalinux', facts.version)],
  ['rocky', (facts) => majorOf('rocky', facts.version)],
  ['ol', (facts) => majorOf('ol', facts.version)],
  ['fedora', (facts) => majorOf('fedora', facts.version)],
  ['amzn', amazon],
  ['azurelinux', (facts) => majorOf('azurelinux', facts.version)],
  ['mariner', (facts) => majorOf('azurelinux', facts.version)],
  ['photon', (facts) => prefixed('photon', /^\d{1,4}(\.\d{1,4})?$/.exec(facts.version)?.[0])],
  ['mageia', (facts) => majorOf('mageia', facts.version)],
  ['sles', suse],
  ['sles_sap', suse],
  ['sled', suse],
  ['opensuse-leap', (facts) => prefixed('opensuse', facts.version === '' ? undefined : `Leap ${facts.version}`)],
  ['opensuse', (facts) => prefixed('opensuse', facts.version === '' ? undefined : `Leap ${facts.version}`)],
  ['opensuse-tumbleweed', () => 'opensuse:Tumbleweed'],
  ['openeuler', openEuler],
  ['alpaquita', (facts) => prefixed('alpaquita', facts.version === '' ? 'stream' : facts.version)],
  ['wolfi', () => 'wolfi'],
  ['chainguard', () => 'chainguard'],
  ['minimos', () => 'minimos'],
  ['echo', () => 'echo'],
  ['arch', () => 'arch'],
]);

/** Lower-case os-release ID in the spelling that everything else uses. */
export function canonicalDistroId(id: string): string {
  const lower = id.toLowerCase();
  return ALIASES.get(lower) ?? lower;
}

/** Advisory namespace of a release (`core/namespace.ts`); undefined when no feed answers for it. */
export function namespaceOfRelease(facts: ReleaseFacts): string | undefined {
  return RULES.get(facts.id)?.(facts);
}

function prefixed(distro: string, release: string | undefined): string | undefined {
  return release === undefined ? undefined : `${distro}:${release}`;
}

function majorOf(distro: string, version: string): string | undefined {
  return prefixed(distro, /^\d{1,4}/.exec(version)?.[0]);
}

function debian({ version, codename }: ReleaseFacts): string | undefined {
  const number = /^\d{1,4}/.exec(version)?.[0] ?? DEBIAN_CODENAMES.get(codename ?? version);
  if (number === undefined && (codename === 'sid' || version === 'sid')) return 'debian:sid';
  return prefixed('debian', number);
}

function ubuntu({ version, codename }: ReleaseFacts): string | undefined {
  return prefixed('ubuntu', /^\d{1,2}\.\d{2}/.exec(version)?.[0] ?? UBUNTU_CODENAMES.get(codename ?? ''));
}

function ubuntuDerivative({ ubuntuCodename }: ReleaseFacts): string | undefined {
  return prefixed('ubuntu', UBUNTU_CODENAMES.get(ubuntuCodename ?? ''));
}

/** `3.20.1` → 3.20; a pre-release (`_alpha`) is edge. */
function alpine(version: string): string | undefined {
  if (version === 'edge' || version.includes('_alpha')) return 'alpine:edge';
  return prefixed('alpine', /^\d{1,4}\.\d{1,4}/.exec(version)?.[0]);
}

/** 2018.03 and before is Amazon Linux 1; 2022 was the preview of 2023. */
function amazon({ version }: ReleaseFacts): string | undefined {
  const major = /^\d{1,4}/.exec(version)?.[0];
  if (major === undefined) return undefined;
  if (major === '2022') return 'amzn:2023';
  return Number(major) >= 2010 && Number(major) <= 2018 ? 'amzn:1' : `amzn:${major}`;
}

/** `15.5` → the name under which SUSE's advisories run: `Linux Enterprise Server 15 SP5`. */
function suse({ version }: ReleaseFacts): string | undefined {
  const parts = /^(\d{1,3})(?:\.(\d{1,3}))?$/.exec(version);
  if (parts === null) return undefined;
  const pack = parts[2];
  if (Number(parts[1]) >= 16) return `suse:Linux Enterprise Server ${version}`;
  return `suse:Linux Enterprise Server ${parts[1]}${pack === undefined || pack === '0' ? '' : ` SP${pack}`}`;
}

/** `VERSION="22.03 (LTS-SP3)"` → `22.03-LTS-SP3`. */
function openEuler({ version, longVersion }: ReleaseFacts): string | undefined {
  const base = /^\d{2}\.\d{2}/.exec(version)?.[0];
  if (base === undefined) return undefined;
  const pack = /\((LTS(?:-SP\d{1,2})?)\)/.exec(longVersion ?? '')?.[1];
  return `openeuler:${base}${pack === undefined ? '' : `-${pack}`}`;
}
