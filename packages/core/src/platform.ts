import type { Platform } from './inventory.ts';

/** Image indexes name architectures as Go does. Everybody else's words: kernels (`uname -m`), Node.js, Debian, RPM. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  amd64: ['x86_64', 'x86-64', 'x64'],
  '386': ['i386', 'i486', 'i586', 'i686', 'x86', 'ia32'],
  arm64: ['aarch64', 'armv8l'],
  'arm/v7': ['armv7', 'armv7l', 'armv7hl', 'armhf'],
  'arm/v6': ['armv6', 'armv6l', 'armv6hl'],
  ppc64le: ['ppc64el'],
};
const NAMES = new Map(Object.entries(SPELLINGS).flatMap(([name, others]) => others.map((other) => [other, name])));

/** `amd64` of `x86_64`, `arm/v7` of `armv7l`: with the variant where the name says it. A name that nobody knows stays. */
export function architectureName(name: string): string {
  return NAMES.get(name) ?? name;
}

/** Of Node.js's `process.arch`, which has one word for both orders of bytes; on Linux and Windows it is the little one. */
export function processArchitecture(arch: string): string {
  return arch === 'ppc64' ? 'ppc64le' : architectureName(arch);
}

/** `linux/arm64/v8`. */
export function platformText({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant === undefined ? '' : `/${variant}`}`;
}
