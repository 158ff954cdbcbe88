import type { Distro } from '@assay/core/inventory.ts';
import { normalizeName } from '@assay/core/namespace.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { type PackageType, packageType, packageTypeOfPurl } from '@assay/core/package-type.ts';
import { formatPurl, type Purl, parsePurl } from '@assay/core/purl.ts';
import { NO_RELEASE, type ReleaseWords, type SbomContext } from './contents.ts';

export type IdentityOrWhy = { readonly identity: PackageIdentity; readonly distro: Distro | null } | { readonly why: string };

/**
 * The matching identity behind a purl. An OS package's release comes from its `distro` qualifier (`debian-12`, `12`, `bookworm`),
 * else from the document's operating system. `version` is used where the purl has none.
 */
export function identityOfPurl(
  text: string,
  version: string,
  document: { readonly os: Distro | null; readonly ctx: SbomContext },
): IdentityOrWhy {
  const purl = parsePurl(text);
  if (purl === undefined) return { why: 'its package URL cannot be read' };
  const type = typeOfPurl(purl);
  if (type === undefined) return { why: `packages of type ${purl.type} are not supported` };
  const installed = purl.version ?? version;
  if (!isPlain(purl.name, 512) || !isPlain(purl.namespace ?? '', 512) || !isPlain(installed, 256))
    return { why: 'its name or version is too long or holds control characters' };
  if (installed === '') return { why: 'it has no version' };
  const row = packageType(type);
  if (!row.os) {
    const identity: PackageIdentity = {
      type,
      namespace: type,
      name: normalizeName(type, languageName(type, purl)),
      version: installed,
      owner: 'none',
      purl: canonicalText(purl, installed),
    };
    return { identity, distro: null };
  }
  const distro = distroOf(purl, document.os, document.ctx);
  if (distro === null) return { why: NO_RELEASE };
  const qualifiers = purl.qualifiers ?? {};
  const identity: PackageIdentity = {
    type,
    namespace: distro.namespace ?? `${distro.id}:${distro.version}`,
    name: purl.name,
    version: withEpoch(installed, qualifiers['epoch']),
    ...sourceOf(type, qualifiers, purl),
    ...(qualifiers['arch'] === undefined ? {} : { arch: qualifiers['arch'] }),
    ...moduleOf(qualifiers),
    owner: 'none',
    purl: canonicalText(purl, installed),
  };
  return { identity, distro };
}

/** Syft before 1.0 wrote `pkg:alpine/…` for apk. */
export function typeOfPurl(purl: Purl): PackageType | undefined {
  return purl.type === 'alpine' ? 'apk' : packageTypeOfPurl(purl.type);
}

export function languageName(type: PackageType, purl: Purl): string {
  if (purl.namespace === undefined) return purl.name;
  return type === 'maven' ? `${purl.namespace}:${purl.name}` : `${purl.namespace}/${purl.name}`;
}

function canonicalText(purl: Purl, version: string): string {
  if (purl.type !== 'alpine') return formatPurl({ ...purl, version });
  return formatPurl({ ...purl, type: 'apk', namespace: purl.namespace ?? 'alpine', version });
}

function distroOf(purl: Purl, os: Distro | null, ctx: SbomContext): Distro | null {
  const stated = purl.qualifiers?.['distro'];
  if (stated !== undefined) return ctx.resolveDistro(releaseWords(stated, purl.namespace ?? (purl.type === 'alpine' ? 'alpine' : '')));
  if (os !== null) return os;
  return ROLLING.has(purl.namespace ?? '') ? ctx.resolveDistro({ id: purl.namespace ?? '', version: '' }) : null;
}

const ROLLING: ReadonlySet<string> = new Set(['wolfi', 'chainguard', 'minimos', 'echo', 'arch']);

/** `debian-12` → debian 12; `12` and `bookworm` take the id from the purl's namespace; `opensuse-leap-15.5` keeps its hyphen. */
function releaseWords(stated: string, namespace: string): ReleaseWords {
  const cut = /^([a-z][a-z0-9_.-]*?)-(v?\d[\w.]*|edge|sid)$/i.exec(stated.slice(0, 100));
  if (cut !== null) return { id: cut[1]!.toLowerCase(), version: cut[2]! };
  if (/^v?\d/.test(stated)) return { id: namespace, version: stated.replace(/^v/, '') };
  if (namespace === '' || ROLLING.has(stated.toLowerCase())) return { id: stated.toLowerCase(), version: '' };
  const codename = stated.toLowerCase().replace(/^[a-z]+-/, '');
  return { id: namespace, version: codename, codename };
}

export function withEpoch(version: string, epoch: string | undefined): string {
  return epoch === undefined || !/^[1-9]\d{0,9}$/.test(epoch) || /^\d+:/.test(version) ? version : `${epoch}:${version}`;
}

/** `upstream=openssl`, `upstream=gcc-12@12.2.0-14`, `upstream=audit-3.0-1.el8.src.rpm`, sbomgen's `source=acl`. */
function sourceOf(
  type: PackageType,
  qualifiers: Readonly<Record<string, string>>,
  purl: Purl,
): { sourceName?: string; sourceVersion?: string } {
  const upstream = qualifiers['upstream'] ?? qualifiers['source'];
  if (upstream === undefined || upstream === '') return {};
  if (type === 'rpm' && upstream.endsWith('src.rpm')) {
    const parts = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(upstream.slice(0, 512));
    return parts === null ? {} : { sourceName: parts[1]!, sourceVersion: parts[2]! };
  }
  const at = upstream.indexOf('@');
  const name = at < 0 ? upstream : upstream.slice(0, at);
  const version = at < 0 ? undefined : upstream.slice(at + 1);
  if (name === purl.name && version === undefined) return {};
  return { sourceName: name, ...(version ? { sourceVersion: version } : {}) };
}

function moduleOf(qualifiers: Readonly<Record<string, string>>): { module?: string } {
  const label = qualifiers['rpmmod'] ?? qualifiers['modularitylabel'];
  if (label === undefined) return {};
  const [name, stream] = label.split(':');
  return name && stream ? { module: `${name}:${stream}` } : {};
}

function isPlain(text: string, most: number): boolean {
  return text.length <= most && !/[\u0000-\u001f\u007f]/.test(text);
}
