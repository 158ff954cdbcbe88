import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import { parseReference } from '@assay/net/oci/reference.ts';
import type { RegistryOptions } from '@assay/net/oci/session.ts';
import { sniffCompression } from '../layers/decompress.ts';
import { openArchive } from './docker-archive/docker-archive.ts';
import type { Target } from './image.ts';
import { type LocalRequest, openOciLayout } from './oci-layout/oci-layout.ts';
import { hostPlatform, parsePlatform } from './platform.ts';
import { openRegistryImage } from './registry/registry.ts';

export interface ResolveOptions {
  /** `os/arch[/variant]`, or `all`; default: the platform of this machine. */
  readonly platform?: string;
  /** How registries are reached; without it references to registries are refused. */
  readonly registry?: RegistryOptions;
}

/**
 * Finds out what a TARGET is: a directory (an OCI layout when it has `oci-layout` and `index.json`), a file (an image archive or an SBOM), a
 * path of either with `:TAG`, or a reference to a registry, in this order. Throws an AssayError that says what was tried.
 */
export async function resolveTarget(text: string, options: ResolveOptions): Promise<Target> {
  const request: LocalRequest = {
    platform: options.platform === undefined ? hostPlatform(process) : parsePlatform(options.platform),
    platformIsDefault: options.platform === undefined,
  };
  const direct = statOf(text);
  if (direct !== undefined) return openPath(text, direct, request);
  const colon = text.lastIndexOf(':');
  const path = text.slice(0, Math.max(colon, 0));
  const tagged = colon > 0 && colon > text.lastIndexOf('/') ? statOf(path) : undefined;
  // `debian:12` beside a folder called debian means the registry, unless that folder is a layout.
  if (tagged !== undefined && (tagged.isFile() || isLayout(path)))
    return openPath(path, tagged, { ...request, tag: text.slice(colon + 1) });
  const reference = /^[./~]/.test(text) ? undefined : parseReference(text);
  if (reference === undefined) {
    throw new AssayError('not-found', `${clip(text)} is neither a file nor a directory that can be read here, nor an image reference.`);
  }
  if (options.registry === undefined) {
    throw new AssayError('not-found', `${clip(text)} is neither a file nor a directory here, and registries are not asked now.`);
  }
  return openRegistryImage(reference, options.registry, request);
}

function openPath(path: string, stat: Stats, request: LocalRequest): Target | Promise<Target> {
  if (stat.isDirectory()) return isLayout(path) ? openOciLayout(path, request) : { kind: 'directory', path };
  if (!stat.isFile()) throw new AssayError('unsupported-target', `${clip(path)} is neither a file nor a directory.`);
  const head = readHead(path);
  const kind = sniffCompression(head);
  if (kind === 'none' && looksLikeText(head)) return { kind: 'sbom', path };
  if (kind !== 'none' || head.toString('latin1', 257, 262) === 'ustar' || stat.size % 512 === 0) return openArchive(path, request);
  throw new AssayError(
    'unsupported-target',
    `${clip(path)} is neither an image archive (tar, may be gzipped) nor an SBOM (JSON, XML or tag-value).`,
  );
}

function isLayout(path: string): boolean {
  return statOf(join(path, 'oci-layout'))?.isFile() === true && statOf(join(path, 'index.json'))?.isFile() === true;
}

/** CycloneDX and SPDX are JSON, XML or `Key: value` lines; which, the engine finds out. */
function looksLikeText(head: Buffer): boolean {
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  return /^[{<]/.test(text) || /^(?:#[^\n]*\n\s*)*SPDXVersion:/.test(text);
}

function readHead(path: string): Buffer {
  const head = Buffer.alloc(1024);
  try {
    const fd = openSync(path, 'r');
    try {
      return head.subarray(0, readSync(fd, head, 0, head.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new AssayError('not-found', `${clip(path)} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function clip(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
