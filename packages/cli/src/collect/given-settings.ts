import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import type { Arguments, Cli } from '../command.ts';

/** `--set NAME=VALUE`, as often as given. AssayError `usage`. */
export function readConfig(given: Arguments): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.values('set').map((pair) => {
      const [, name, value] = /^([A-Za-z]+)=(.+)$/s.exec(pair) ?? [];
      if (name === undefined || value === undefined) throw new AssayError('usage', `--set ${pair} is not NAME=VALUE.`);
      return [name, value];
    }),
  );
}

/** Secrets come from files: what stands on a command line, everybody on the machine can read. AssayError `secret`. */
export function readSecret({ cwd }: Cli, file: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8').trim();
  } catch (cause) {
    throw new AssayError(
      'secret',
      `${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unreadable'}); give another file.`,
      { cause },
    );
  }
}

/** `--pause` and `--resume`. */
export function enabledBy(given: Arguments): { readonly enabled?: boolean } {
  return given.flag('pause') ? { enabled: false } : given.flag('resume') ? { enabled: true } : {};
}
