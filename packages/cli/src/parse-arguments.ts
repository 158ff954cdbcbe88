import { parseArgs } from 'node:util';
import { AssayError } from '@assay/core/errors.ts';
import type { Arguments, Command, OptionSpec } from './command.ts';

export const HELP: OptionSpec = { short: 'h', about: 'Show this help.' };

/** Checks words against a command's tables. AssayError `usage` with one sentence, which ends by naming the help. */
export function parseArguments(command: Command, path: string, words: readonly string[]): Arguments & { readonly help: boolean } {
  const options: Readonly<Record<string, OptionSpec>> = { ...command.options, help: HELP };
  const config = Object.fromEntries(
    Object.entries(options).map(([name, spec]) => [
      name,
      {
        type: spec.value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(spec.short === undefined ? {} : { short: spec.short }),
      },
    ]),
  );
  const { tokens, positionals } = parseArgs({ args: [...words], options: config, allowPositionals: true, strict: false, tokens: true });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (spec === undefined) throw usage(path, `${token.rawName} is not an option of ${path}${nearest(token.name, Object.keys(options))}`);
    given.set(token.name, [
      ...(given.get(token.name) ?? []),
      checked(path, { name: token.rawName, value: token.value, spec, many: given.has(token.name) }),
    ]);
  }
  const help = given.has('help');
  if (!help) checkPositionals(command, path, positionals);
  return {
    help,
    positionals,
    flag: (name) => given.has(name),
    value: (name) => given.get(name)?.[0] ?? options[name]?.default,
    values: (name) => given.get(name) ?? [],
  };
}

export function usage(path: string, problem: string): AssayError {
  return new AssayError('usage', `${problem}; see "${path} --help".`);
}

interface Given {
  readonly name: string;
  readonly value: string | undefined;
  readonly spec: OptionSpec;
  readonly many: boolean;
}

function checked(path: string, { name, value, spec, many }: Given): string {
  if (spec.value === undefined) {
    if (value !== undefined) throw usage(path, `${name} takes no value`);
    return '';
  }
  if (value === undefined || value === '') throw usage(path, `${name} needs a value (${spec.value})`);
  if (many && spec.multiple !== true) throw usage(path, `${name} is given twice`);
  if (spec.choices === undefined) return value;
  // Other scanners write severities in capitals, and nobody should have to remember which.
  const choice = spec.choices.find((one) => one === value.toLowerCase());
  if (choice === undefined) throw usage(path, `${name} must be one of ${spec.choices.join(', ')}, not "${value}"`);
  return choice;
}

function checkPositionals(command: Command, path: string, positionals: readonly string[]): void {
  const wanted = command.positionals ?? [];
  const missing = wanted.filter((spec) => spec.optional !== true)[positionals.length];
  if (missing !== undefined) throw usage(path, `${missing.name} is missing`);
  if (positionals.some((word) => word === '')) throw usage(path, 'an argument is empty');
  if (positionals.length > wanted.length) throw usage(path, `"${positionals[wanted.length]}" is one argument too many`);
}

/** ` (did you mean --x?)` for the option that differs by at most two letters. */
export function nearest(word: string, names: readonly string[], dashes = '--'): string {
  const [best] = names.map((name) => [distance(word.slice(0, 40), name), name] as const).sort(([a], [b]) => a - b);
  return best !== undefined && best[0] <= 2 ? ` (did you mean ${dashes}${best[1]}?)` : '';
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
