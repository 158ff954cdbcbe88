import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import { printable } from '@assay/formats/bom/printable.ts';
import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { jsonText } from '../scan/write-answer.ts';
import { serviceClient } from './client.ts';
import { readInput } from './read-input.ts';
import { writeOutput } from './whole-output.ts';

type Imported = Wire<assay.ImportVexResponse>;

const MAX_DOCUMENT = 16_000_000;
const MAX_LINES = 20;

export async function importVex(given: Arguments, cli: Cli): Promise<number> {
  const document = (await textOf(given.positionals[0] ?? '', cli)).toString('utf8');
  const done = await serviceClient(given, cli).ask<Imported>('/assay/vex/import', { document });
  if (given.value('format') === 'json') {
    cli.terminal.out.write(jsonText(done));
    return EXIT.ok;
  }
  const replaced = done.replaced === 0 ? '' : `, in place of ${done.replaced} of an earlier import`;
  const lines = [`${done.format}: ${done.created} suppression rules${replaced}, ${done.skipped.length} statements left out.`];
  for (const { vulnerabilityId = '', product = '', why } of done.skipped.slice(0, MAX_LINES))
    lines.push(`  ${printable([vulnerabilityId, product].filter(Boolean).join(' '), 150)}: ${printable(why, 200)}`);
  if (done.skipped.length > MAX_LINES) lines.push(`  … and ${done.skipped.length - MAX_LINES} more; --format json lists all.`);
  cli.terminal.out.write(`${lines.join('\n')}\n`);
  return EXIT.ok;
}

export async function exportVex(given: Arguments, cli: Cli): Promise<number> {
  const input = { format: given.value('format')?.toUpperCase() };
  const { document } = await serviceClient(given, cli).ask<{ document: string }>('/assay/vex/export', input);
  await writeOutput(given, cli, [Buffer.from(document)]);
  return EXIT.ok;
}

async function textOf(name: string, cli: Cli): Promise<Buffer> {
  if (name === '-') return readInput(cli, MAX_DOCUMENT);
  const file = resolve(cli.cwd, name);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) throw new AssayError('unreadable', `${name} is no file; name a VEX document.`);
  if (stat.size > MAX_DOCUMENT) throw new AssayError('too-large', `${name} is larger than 16 MB; import parts of it.`);
  return readFileSync(file);
}
