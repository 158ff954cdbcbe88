import type { AssembleContext, Cataloger, ExtractContext, FileFacts, Found, FoundPackage, GapFact, WantedFile } from '../../cataloger.ts';
import { ownerClassOf } from '../../distro/owner-class.ts';
import { canBeEvidence, ownedPaths } from '../../reading/owned.ts';
import { rootOf } from '../../reading/root.ts';
import { type DpkgPackage, readStatus } from './status.ts';

/** `list`: files that one package installed; `of` is `name` or `name:arch`. */
type DpkgFact = { readonly package: DpkgPackage } | { readonly list: { readonly of: string; readonly paths: readonly string[] } };

const MIB = 1024 * 1024;

/**
 * Debian packages from dpkg's own database: `var/lib/dpkg/status`, `status.d/` of distroless images, `info/*.list` for the files of
 * each package, and opkg's `status` in the same grammar. Formats: deb-control(5), dpkg-query(1), dpkg(1) for the states.
 */
export const dpkg: Cataloger<DpkgFact> = {
  id: 'dpkg',
  title: 'Debian packages',
  formats: ['dpkg status (deb-control(5))', 'distroless status.d', 'dpkg info/*.list', 'opkg status'],
  version: 2,
  wants: {
    suffixes: ['/lib/dpkg/status', '/lib/opkg/status'],
    folders: ['/lib/dpkg/status.d/'],
    within: [{ folder: '/lib/dpkg/info/', suffix: '.list' }],
    maxBytes: 100 * MIB,
  },
  extract: extractDpkg,
  assemble: assembleDpkg,
};

function* extractDpkg(file: WantedFile, ctx: ExtractContext): Iterable<DpkgFact | GapFact> {
  const basename = file.path.slice(file.path.lastIndexOf('/') + 1);
  if (`/${file.path}`.includes('/lib/dpkg/info/')) {
    if (basename.endsWith('.list')) yield { list: { of: basename.slice(0, -'.list'.length), paths: readList(file.bytes, ctx.maxEntries) } };
    return;
  }
  // Files beside the stanzas of status.d are checksums and maintainer scripts.
  if (`/${file.path}`.includes('/status.d/') && !isStanzaFile(basename)) return;
  const { packages, broken, truncated, foreign } = readStatus(file.bytes, ctx.maxEntries);
  if (foreign) return;
  for (const found of packages) yield { package: found };
  if (truncated) yield { gap: { code: 'limit-reached', message: `The package database has more than ${ctx.maxEntries} packages.` } };
  if (broken > 0)
    yield { gap: { code: 'unparsable-file', message: `${broken} entries of the package database have no usable name or version.` } };
  if (packages.length === 0 && broken === 0 && file.bytes.length > 0 && !hasStanza(file.bytes)) {
    yield { gap: { code: 'unreadable-package-database', message: 'The dpkg database has no readable entry.' } };
  }
}

const NOT_STANZAS = /\.(?:md5sums|list|conffiles|preinst|postinst|prerm|postrm|triggers|shlibs|symbols|config|templates)$/;

function isStanzaFile(basename: string): boolean {
  return !NOT_STANZAS.test(basename);
}

function hasStanza(bytes: Buffer): boolean {
  return bytes.indexOf('Package:') >= 0;
}

/** Lines of `info/NAME.list`; a directory is followed by its own contents and left out. */
function readList(bytes: Buffer, maxEntries: number): string[] {
  const paths: string[] = [];
  let previous = '';
  for (let start = 0; start < bytes.length && paths.length < maxEntries; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const path = bytes.toString('utf8', bytes[start] === 47 ? start + 1 : start, Math.min(end, start + 4097)).trimEnd();
    if (previous !== '' && !path.startsWith(`${previous}/`) && canBeEvidence(previous)) paths.push(previous);
    previous = path === '.' ? '' : path;
    start = end + 1;
  }
  if (previous !== '' && canBeEvidence(previous)) paths.push(previous);
  return paths;
}

function* assembleDpkg(files: readonly FileFacts<DpkgFact>[], ctx: AssembleContext): Iterable<Found> {
  const lists = new Map<string, { path: string; paths: readonly string[] }>();
  for (const file of files) {
    for (const fact of file.facts) {
      if ('list' in fact) lists.set(`${rootOf(file.path, '/lib/dpkg/')}\0${fact.list.of}`, { path: file.path, paths: fact.list.paths });
    }
  }
  const seen = new Set<string>();
  for (const file of files) {
    const root = rootOf(file.path, `/${file.path}`.includes('/lib/opkg/') ? '/lib/opkg/' : '/lib/dpkg/');
    for (const fact of file.facts) {
      if (!('package' in fact)) continue;
      const { name, arch, version } = fact.package;
      const key = [root, name, arch ?? '', version].join('\0');
      if (seen.has(key)) continue;
      seen.add(key);
      const list = lists.get(`${root}\0${name}:${arch}`) ?? lists.get(`${root}\0${name}`);
      yield { package: foundPackage(fact.package, { root, statusPath: file.path, list, ctx }) };
    }
  }
}

interface Place {
  readonly root: string;
  readonly statusPath: string;
  readonly list: { readonly path: string; readonly paths: readonly string[] } | undefined;
  readonly ctx: AssembleContext;
}

function foundPackage(found: DpkgPackage, { root, statusPath, list, ctx }: Place): FoundPackage {
  const { origin, unproven, ...rest } = found;
  const distro = root === '' ? ctx.distro : (ctx.distroOf?.(root) ?? null);
  return {
    type: 'deb',
    ...rest,
    ...(origin === undefined ? {} : { vendor: origin }),
    ...(root === '' ? {} : { root }),
    paths: list === undefined ? [statusPath] : [statusPath, list.path],
    packageManager: 'OS',
    confidence: 'high',
    owns: list === undefined ? [] : ownedPaths(root, list.paths),
    ownerClass: origin === undefined && unproven === undefined ? ownerClassOf(distro) : 'other',
  };
}
