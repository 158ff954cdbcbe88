import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { Target } from './image.ts';
import { openOciLayout } from './oci-layout/oci-layout.ts';
import { hostPlatform, parsePlatform } from './platform.ts';

export interface ResolveOptions {
  /** `os/arch[/variant]`, or `all`; default: the platform of this machine. */
  readonly platform?: string;
}

/** Finds out what a TARGET is. Throws an AssayError that says what was tried. */
export async function resolveTarget(text: string, options: ResolveOptions, ctx: Context): Promise<Target> {
  const request = {
    platform: options.platform === undefined ? hostPlatform(process) : parsePlatform(options.platform),
    platformIsDefault: options.platform === undefined,
  };
  const stat = statOf(text);
  if (stat?.isDirectory()) {
    if (statOf(join(text, 'oci-layout'))?.isFile() && statOf(join(text, 'index.json'))?.isFile()) return openOciLayout(text, request);
    return { kind: 'directory', path: text };
  }
  void ctx;
  throw new AssayError('not-found', `${text} is neither a file nor a directory.`);
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
void openSync;
void readSync;
void closeSync;
