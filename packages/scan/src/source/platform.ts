import { AssayError } from '@assay/core/errors.ts';
import type { Platform } from '@assay/core/inventory.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  arm: 'arm',
  arm64: 'arm64',
  ppc64: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loong64',
  x86_64: 'amd64',
  aarch64: 'arm64',
};

/** `os/arch[/variant]`, or `all`. Throws an AssayError on anything else. */
export function parsePlatform(text: string): Platform | 'all' {
  if (text === 'all') return 'all';
  const match = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9]+))?$/.exec(text);
  if (match === null) {
    throw new AssayError(
      'bad-platform',
      `The platform ${JSON.stringify(text.slice(0, 100))} must look like linux/amd64, linux/arm/v7 or all.`,
    );
  }
  const [, os, architecture, variant] = match as unknown as [string, string, string, string | undefined];
  return { os, architecture: ARCHITECTURES[architecture] ?? architecture, ...(variant !== undefined && { variant }) };
}

/** Containers run Linux wherever they are scanned, but for Windows hosts. */
export function hostPlatform(machine: { readonly platform: string; readonly arch: string }): Platform {
  return { os: machine.platform === 'win32' ? 'windows' : 'linux', architecture: ARCHITECTURES[machine.arch] ?? machine.arch };
}

export function platformText(platform: Platform): string {
  return `${platform.os}/${platform.architecture}${platform.variant === undefined ? '' : `/${platform.variant}`}`;
}

/** Whether an image for `have` is what was asked for; a variant counts only where both name one, arm64's `v8` being its only one. */
export function platformFits(wanted: Platform, have: Platform): boolean {
  if (wanted.os !== have.os || wanted.architecture !== have.architecture) return false;
  return wanted.variant === undefined || have.variant === undefined || wanted.variant === have.variant;
}
