import { isPlainName, isPlainVersion } from '../../reading/text.ts';
import { known, type RpmPackage, splitSourceRpm } from './package.ts';

/**
 * `var/lib/rpmmanifest/container-manifest-2` of CBL-Mariner and Azure Linux distroless images, which ship no RPM database: one line a
 * package, ten columns separated by tabs (NAME, VERSION-RELEASE, INSTALLTIME, BUILDTIME, VENDOR, EPOCH, SIZE, ARCH, EPOCHNUM,
 * SOURCERPM), made by `rpm -qa --queryformat`.
 */
export function readContainerManifest(bytes: Buffer, maxEntries: number): { packages: RpmPackage[]; broken: number } {
  const packages: RpmPackage[] = [];
  let broken = 0;
  for (let start = 0; start < bytes.length && packages.length < maxEntries; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.toString('utf8', start, Math.min(end, start + 8192)).trimEnd();
    start = end + 1;
    if (line === '') continue;
    const found = readLine(line.split('\t'));
    if (found === undefined) broken++;
    else if (found !== null) packages.push(found);
  }
  return { packages, broken };
}

function readLine(columns: readonly string[]): RpmPackage | null | undefined {
  const [name, version, , , vendor, epoch, , arch, , source] = columns;
  if (name === 'gpg-pubkey') return null;
  if (columns.length < 8 || !isPlainName(name) || !isPlainVersion(version) || version.length > 240) return undefined;
  const number = epoch !== undefined && /^\d{1,10}$/.test(epoch) ? Number(epoch) : 0;
  return {
    name,
    version: number === 0 ? version : `${number}:${version}`,
    ...known('arch', arch),
    ...splitSourceRpm(source),
    ...known('vendor', vendor),
    files: [],
  };
}
