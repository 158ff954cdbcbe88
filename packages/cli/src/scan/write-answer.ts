import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import type { Cli } from '../command.ts';

/** Writes an answer to standard output or to a file. AssayError `output` when that fails. */
export function writeAnswer(text: string, file: string | undefined, { terminal, cwd }: Cli): void {
  if (file === undefined) {
    terminal.out.write(text);
    return;
  }
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (cause) {
    throw new AssayError('output', `${file} cannot be written; check the folder and its permissions.`, { cause });
  }
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** `report.json` → `report.linux-arm64.json`. */
export function withPlatform(file: string, platform: string): string {
  const dot = file.lastIndexOf('.');
  const cut = dot > file.lastIndexOf('/') + 1 ? dot : file.length;
  return `${file.slice(0, cut)}.${platform.replaceAll('/', '-')}${file.slice(cut)}`;
}
