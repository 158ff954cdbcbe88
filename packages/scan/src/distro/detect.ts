import type { Distro } from '@assay/core/inventory.ts';
import { canonicalDistroId, namespaceOfRelease, type ReleaseFacts } from './namespaces.ts';
import { parseOsRelease } from './os-release.ts';
import { type NamedRelease, parseAlpineRelease, parseDebianVersion, parseReleaseLine, parseSystemReleaseCpe } from './release-lines.ts';

const OS_RELEASE = ['etc/os-release', 'usr/lib/os-release'] as const;
const RELEASE_LINES = [
  'etc/almalinux-release',
  'etc/rocky-release',
  'etc/oracle-release',
  'etc/centos-release',
  'etc/fedora-release',
  'etc/mariner-release',
  'etc/redhat-release',
  'etc/system-release',
] as const;

/** Files that say which operating system this is, relative to its root, without leading slash. The first ones are often links. */
export const DISTRO_FILES: readonly string[] = [
  ...OS_RELEASE,
  'etc/system-release-cpe',
  ...RELEASE_LINES,
  'etc/lsb-release',
  'etc/debian_version',
  'etc/alpine-release',
  'etc/apk/repositories',
];

/**
 * The operating system of one root file system; null when no file says. Keys of `files` are paths of {@link DISTRO_FILES}, links already
 * followed. os-release leads; the other files fill what it leaves out or speak where it is absent. A product's own release file goes
 * before `redhat-release`, which rebuilds of RHEL keep for compatibility.
 */
export function detectDistro(files: ReadonlyMap<string, Buffer>): Distro | null {
  for (const path of OS_RELEASE) {
    const bytes = files.get(path);
    const values = bytes === undefined ? null : parseOsRelease(bytes);
    const distro = values === null ? null : fromOsRelease(values, files);
    if (distro !== null) return distro;
  }
  const named = fromReleaseFiles(files);
  return named === null ? null : toDistro(named, named.prettyName);
}

function fromOsRelease(values: ReadonlyMap<string, string>, files: ReadonlyMap<string, Buffer>): Distro | null {
  const id = canonicalDistroId(values.get('ID') ?? idOfName(values.get('NAME') ?? ''));
  if (id === '' || !/^[a-z0-9._-]{1,64}$/.test(id)) return null;
  const codename = values.get('VERSION_CODENAME') || undefined;
  let version = values.get('VERSION_ID') ?? '';
  if (version === '' && id === 'debian') {
    const fallback = files.get('etc/debian_version');
    version = (fallback === undefined ? undefined : parseDebianVersion(fallback)?.version) ?? codename ?? '';
  }
  if (id === 'alpine') version = alpineVersion(version, files);
  const facts: ReleaseFacts = {
    id,
    version,
    ...(codename === undefined ? {} : { codename }),
    ...optional('longVersion', values.get('VERSION')),
    ...optional('ubuntuCodename', values.get('UBUNTU_CODENAME')),
    ...optional('name', values.get('NAME')),
  };
  return toDistro(facts, values.get('PRETTY_NAME') || `${values.get('NAME') || id} ${version}`.trim());
}

/** os-release(5) allows ID to be absent ("linux"); distroless and old images then still have NAME. */
function idOfName(name: string): string {
  return parseReleaseLine(Buffer.from(`${name} 0`))?.id ?? '';
}

/** Edge when the release says so or every enabled repository is edge: packages then come from there, whatever the release file says. */
function alpineVersion(version: string, files: ReadonlyMap<string, Buffer>): string {
  const release = files.get('etc/alpine-release');
  const named = release === undefined ? null : parseAlpineRelease(release);
  if (named?.version.includes('_alpha')) return 'edge';
  const repositories = (files.get('etc/apk/repositories')?.toString('utf8', 0, 64 * 1024) ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (repositories.length > 0 && repositories.every((line) => /\/edge\//.test(line))) return 'edge';
  return version === '' ? (named?.version ?? '') : version;
}

function fromReleaseFiles(files: ReadonlyMap<string, Buffer>): NamedRelease | null {
  const cpe = files.get('etc/system-release-cpe');
  const fromCpe = cpe === undefined ? null : parseSystemReleaseCpe(cpe);
  if (fromCpe !== null) return fromCpe;
  for (const path of RELEASE_LINES) {
    const bytes = files.get(path);
    const named = bytes === undefined ? null : parseReleaseLine(bytes);
    if (named !== null) return named;
  }
  const lsb = files.get('etc/lsb-release');
  const fromLsb = lsb === undefined ? null : parseLsbRelease(lsb);
  if (fromLsb !== null) return fromLsb;
  const debian = files.get('etc/debian_version');
  const fromDebian = debian === undefined ? null : parseDebianVersion(debian);
  if (fromDebian !== null) return fromDebian;
  const alpine = files.get('etc/alpine-release');
  const fromAlpine = alpine === undefined ? null : parseAlpineRelease(alpine);
  return fromAlpine === null ? null : { ...fromAlpine, version: alpineVersion('', files) };
}

function parseLsbRelease(bytes: Buffer): NamedRelease | null {
  const values = parseOsRelease(bytes);
  const id = canonicalDistroId(values?.get('DISTRIB_ID') ?? '');
  const version = values?.get('DISTRIB_RELEASE') ?? '';
  if (values === null || id === '' || version === '' || !/^[a-z0-9._-]{1,64}$/.test(id)) return null;
  const prettyName = values.get('DISTRIB_DESCRIPTION') || `${id} ${version}`;
  return { id, version, prettyName, ...optional('codename', values.get('DISTRIB_CODENAME')) };
}

function toDistro(facts: ReleaseFacts, prettyName: string): Distro {
  const { id, version, codename } = facts;
  const namespace = namespaceOfRelease(facts);
  return {
    id,
    version,
    prettyName,
    ...(codename === undefined ? {} : { codename }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined || value === '' ? {} : { [key]: value }) as { [P in K]?: string };
}
