import { AssayError } from '@assay/core/errors.ts';
import type { Platform } from '@assay/core/inventory.ts';
import { architectureName, processArchitecture } from '@assay/core/platform.ts';

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
  const [, os, name, given] = match as unknown as [string, string, string, string | undefined];
  const [architecture = name, known] = architectureName(name).split('/');
  const variant = given ?? known;
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

/** Containers run Linux wherever they are scanned, but for Windows hosts. */
export function hostPlatform(machine: { readonly platform: string; readonly arch: string }): Platform {
  return { os: machine.platform === 'win32' ? 'windows' : 'linux', architecture: processArchitecture(machine.arch) };
}

/** Whether an image for `have` is what was asked for; a variant counts only where both name one, arm64's `v8` being its only one. */
export function platformFits(wanted: Platform, have: Platform): boolean {
  if (wanted.os !== have.os || wanted.architecture !== have.architecture) return false;
  return wanted.variant === undefined || have.variant === undefined || wanted.variant === have.variant;
}
