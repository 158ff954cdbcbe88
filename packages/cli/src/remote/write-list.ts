import { printable } from '@assay/formats/bom/printable.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { jsonText } from '../scan/write-answer.ts';
import { table } from '../terminal/table.ts';

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

interface Shown<T> {
  readonly given: Arguments;
  readonly cli: Cli;
  /** Title → member. The first one is never cut. */
  readonly columns: Readonly<Record<string, keyof T & string>>;
}

/** A list of a service's answers as a table, or with `--format json` as it came but with times in words. */
export function writeList<T extends object>(items: readonly T[], { given, cli: { terminal }, columns }: Shown<T>): number {
  const readable = items.map((item) => Object.fromEntries(Object.entries(item).map(([name, value]) => [name, inWords(name, value)])));
  if (given.value('format') === 'json') terminal.out.write(jsonText(readable));
  else if (items.length === 0) terminal.out.write('There are none.\n');
  else {
    const head = Object.keys(columns).map((title, index) => ({ title, whole: index === 0 }));
    const rows = readable.map((item) => Object.values(columns).map((name) => ({ text: printable(String(item[name] ?? ''), 200) })));
    terminal.out.write(`${table(terminal.out, head, rows).join('\n')}\n`);
  }
  return EXIT.ok;
}

/** Below a table, where nothing cuts it: why something fails, with what to do about it. */
export function writeProblems(
  items: readonly { readonly name: string; readonly lastError?: string | undefined }[],
  { given, cli }: Pick<Shown<object>, 'given' | 'cli'>,
): void {
  if (given.value('format') === 'json') return;
  for (const { name, lastError } of items)
    if (lastError !== undefined && lastError !== '') cli.terminal.out.write(`${printable(`${name}: ${lastError}`, 1000)}\n`);
}

/** Times come as seconds since the epoch. */
function inWords(name: string, value: unknown): unknown {
  return name.endsWith('At') && typeof value === 'number' ? new Date(value * 1000).toISOString().replace(/\.\d+Z$/, 'Z') : value;
}
