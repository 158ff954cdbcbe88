/**
 * One row for each package type: everything that crosses a package boundary about it.
 * Nothing else in the repository may switch on a package type. Adding a type is adding a row.
 */

/** How versions of a type are ordered; each scheme is a file in `versions/`. */
export type VersionSchemeId =
  | 'deb'
  | 'rpm'
  | 'apk'
  | 'semver'
  | 'go'
  | 'pep440'
  | 'maven'
  | 'nuget'
  | 'gem'
  | 'composer'
  | 'pub'
  | 'bitnami'
  | 'generic';

/** Inspector's `PackageManager` enumeration. */
export type PackageManager =
  | 'BUNDLER'
  | 'CARGO'
  | 'COMPOSER'
  | 'NPM'
  | 'NUGET'
  | 'PIPENV'
  | 'POETRY'
  | 'YARN'
  | 'GOBINARY'
  | 'GOMOD'
  | 'JAR'
  | 'OS'
  | 'PIP'
  | 'PYTHONPKG'
  | 'NODEPKG'
  | 'POM'
  | 'GEMSPEC'
  | 'DOTNET_CORE';

export interface PackageTypeRow {
  /** Stable small integer stored in SQL; never reuse one. */
  readonly code: number;
  /** Type part of a purl. */
  readonly purl: string;
  /** OSV ecosystem without release suffix; null where the release names the ecosystem (OS packages). */
  readonly osv: string | null;
  readonly scheme: VersionSchemeId;
  /** Default for packages found installed; a cataloger of lockfiles may say otherwise in its evidence. */
  readonly packageManager: PackageManager;
  readonly displayName: string;
  /** Comes with the operating system; its namespace is a distribution release. */
  readonly os: boolean;
  /** Advisories are keyed by the source package (name and version). */
  readonly viaSource: boolean;
  /** Spelling under which advisories key a name of this type. */
  readonly normalizeName: (name: string) => string;
  /** Versions that say nothing about the code: never matched, a gap when advisories exist for the name. */
  readonly unversioned?: RegExp;
  /** Names whose advisories count only when their id has this prefix: other feeds are known to be wrong about them. */
  readonly authority?: { readonly names: RegExp; readonly advisories: string };
  /** What a person runs in the project, or in the image, to get `version` or newer of it: words of commands, one after the other. */
  readonly upgrade?: (names: readonly string[], version: string) => readonly (readonly string[])[];
}

const asWritten = (name: string) => name;
const lowerCase = (name: string) => name.toLowerCase();
/** PEP 503. */
const pep503 = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');

export const PACKAGE_TYPES = {
  deb: {
    code: 1,
    purl: 'deb',
    osv: null,
    scheme: 'deb',
    packageManager: 'OS',
    displayName: 'dpkg',
    os: true,
    viaSource: true,
    normalizeName: asWritten,
    upgrade: (names) => [
      ['apt-get', 'update'],
      ['apt-get', 'install', '--only-upgrade', '-y', ...names],
    ],
  },
  apk: {
    code: 2,
    purl: 'apk',
    osv: null,
    scheme: 'apk',
    packageManager: 'OS',
    displayName: 'apk',
    os: true,
    viaSource: true,
    normalizeName: asWritten,
    upgrade: (names) => [['apk', 'add', '--no-cache', '--upgrade', ...names]],
  },
  rpm: {
    code: 3,
    purl: 'rpm',
    osv: null,
    scheme: 'rpm',
    packageManager: 'OS',
    displayName: 'RPM',
    os: true,
    viaSource: false,
    normalizeName: asWritten,
    upgrade: (names) => [['dnf', 'upgrade', '-y', ...names]],
  },
  npm: {
    code: 10,
    purl: 'npm',
    osv: 'npm',
    scheme: 'semver',
    packageManager: 'NODEPKG',
    displayName: 'npm',
    os: false,
    viaSource: false,
    normalizeName: asWritten,
    upgrade: ([name], version) => [['npm', 'install', `${name}@${version}`]],
  },
  pypi: {
    code: 11,
    purl: 'pypi',
    osv: 'PyPI',
    scheme: 'pep440',
    packageManager: 'PYTHONPKG',
    displayName: 'Python',
    os: false,
    viaSource: false,
    normalizeName: pep503,
    upgrade: ([name], version) => [['pip', 'install', '--upgrade', `${name}>=${version}`]],
  },
  golang: {
    code: 12,
    purl: 'golang',
    osv: 'Go',
    scheme: 'go',
    packageManager: 'GOBINARY',
    displayName: 'Go',
    os: false,
    viaSource: false,
    normalizeName: asWritten,
    // A main module built from a checkout: every later commit sorts below v1, so it would always look vulnerable.
    unversioned: /^(?:\(devel\)|devel(?:$| .*)|v?0\.0\.0(?:$|[-+].*\+dirty$))/,
    // Reviewed ranges of the standard library exist only in the Go vulnerability database.
    authority: { names: /^(?:stdlib$|toolchain$|golang\.org\/x\/)/, advisories: 'GO-' },
    upgrade: ([name], version) => [['go', 'get', name === 'stdlib' ? `go@${version}` : `${name}@${version.replace(/^v?/, 'v')}`]],
  },
  maven: {
    code: 13,
    purl: 'maven',
    osv: 'Maven',
    scheme: 'maven',
    packageManager: 'JAR',
    displayName: 'Java',
    os: false,
    viaSource: false,
    normalizeName: asWritten,
    upgrade: ([name], version) => [
      ['mvn', 'versions:use-dep-version', `-Dincludes=${name}`, `-DdepVersion=${version}`, '-DforceVersion=true'],
    ],
  },
  gem: {
    code: 14,
    purl: 'gem',
    osv: 'RubyGems',
    scheme: 'gem',
    packageManager: 'GEMSPEC',
    displayName: 'RubyGems',
    os: false,
    viaSource: false,
    normalizeName: asWritten,
    upgrade: (names) => [['bundle', 'update', '--conservative', ...names]],
  },
  cargo: {
    code: 15,
    purl: 'cargo',
    osv: 'crates.io',
    scheme: 'semver',
    packageManager: 'CARGO',
    displayName: 'Rust',
    os: false,
    viaSource: false,
    normalizeName: asWritten,
    upgrade: ([name = ''], version) => [['cargo', 'update', '-p', name, '--precise', version]],
  },
  composer: {
    code: 16,
    purl: 'composer',
    osv: 'Packagist',
    scheme: 'composer',
    packageManager: 'COMPOSER',
    displayName: 'PHP',
    os: false,
    viaSource: false,
    normalizeName: lowerCase,
    upgrade: ([name], version) => [['composer', 'require', `${name}:^${version}`]],
  },
  nuget: {
    code: 17,
    purl: 'nuget',
    osv: 'NuGet',
    scheme: 'nuget',
    packageManager: 'DOTNET_CORE',
    displayName: '.NET',
    os: false,
    viaSource: false,
    normalizeName: lowerCase,
    upgrade: ([name = ''], version) => [['dotnet', 'add', 'package', name, '--version', version]],
  },
  hex: {
    code: 18,
    purl: 'hex',
    osv: 'Hex',
    scheme: 'semver',
    packageManager: 'OS',
    displayName: 'Hex',
    os: false,
    viaSource: false,
    normalizeName: lowerCase,
    upgrade: (names) => [['mix', 'deps.update', ...names]],
  },
  pub: {
    code: 19,
    purl: 'pub',
    osv: 'Pub',
    scheme: 'pub',
    packageManager: 'OS',
    displayName: 'Dart',
    os: false,
    viaSource: false,
    normalizeName: asWritten,
    upgrade: (names) => [['dart', 'pub', 'upgrade', ...names]],
  },
  swift: {
    code: 20,
    purl: 'swift',
    osv: 'SwiftURL',
    scheme: 'semver',
    packageManager: 'OS',
    displayName: 'Swift',
    os: false,
    viaSource: false,
    normalizeName: asWritten,
  },
  bitnami: {
    code: 30,
    purl: 'bitnami',
    osv: 'Bitnami',
    scheme: 'bitnami',
    packageManager: 'OS',
    displayName: 'Bitnami',
    os: false,
    viaSource: false,
    normalizeName: asWritten,
  },
  generic: {
    code: 31,
    purl: 'generic',
    osv: null,
    scheme: 'generic',
    packageManager: 'OS',
    displayName: 'Generic',
    os: false,
    viaSource: false,
    normalizeName: asWritten,
  },
} as const satisfies Record<string, PackageTypeRow>;

export type PackageType = keyof typeof PACKAGE_TYPES;

const byPurlType: ReadonlyMap<string, PackageType> = new Map(
  (Object.keys(PACKAGE_TYPES) as PackageType[]).map((type) => [PACKAGE_TYPES[type].purl, type]),
);
const byOsvEcosystem: ReadonlyMap<string, PackageType> = new Map(
  (Object.keys(PACKAGE_TYPES) as PackageType[]).flatMap((type) => {
    const osv: string | null = PACKAGE_TYPES[type].osv;
    return osv === null ? [] : [[osv, type] as const];
  }),
);
const byCode: ReadonlyMap<number, PackageType> = new Map(
  (Object.keys(PACKAGE_TYPES) as PackageType[]).map((type) => [PACKAGE_TYPES[type].code, type]),
);

export function packageType(type: PackageType): PackageTypeRow {
  return PACKAGE_TYPES[type];
}
export function packageTypeOfPurl(purlType: string): PackageType | undefined {
  return byPurlType.get(purlType);
}
/** The language package type of an OSV ecosystem name (without suffix); undefined for distributions. */
export function packageTypeOfEcosystem(ecosystem: string): PackageType | undefined {
  return byOsvEcosystem.get(ecosystem);
}
export function packageTypeOfCode(code: number): PackageType | undefined {
  return byCode.get(code);
}
/** The type whose key in {@link PACKAGE_TYPES} is `name`; namespaces of language packages are such keys. */
export function packageTypeOfName(name: string): PackageType | undefined {
  return Object.hasOwn(PACKAGE_TYPES, name) ? (name as PackageType) : undefined;
}
