import { resolve } from 'node:path';
import { readConfig } from '@assay/server/config.ts';
import { backUp, bringBack } from '@assay/server/service/backup.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../parse-arguments.ts';

export async function runBackup(given: Arguments, { terminal, ctx, cwd }: Cli): Promise<number> {
  const file = given.value('output');
  if (file === undefined) throw usage('assay backup', '--output FILE is missing');
  const done = await backUp(resolve(cwd, file), given.flag('with-master-key'), { config: readConfig(), ctx });
  terminal.out.write(`Wrote ${done.tables} tables and ${done.files} files to ${file}, ${(done.bytes / 1e6).toFixed(1)} MB.\n`);
  return EXIT.ok;
}

export async function runRestore(given: Arguments, { terminal, ctx, cwd }: Cli): Promise<number> {
  const [file = ''] = given.positionals;
  const config = readConfig();
  const { header, tables, files, migrated } = await bringBack(resolve(cwd, file), given.flag('force'), { config, ctx });
  const newer = migrated.length === 0 ? '' : `, and brought them ${migrated.length} migrations further`;
  terminal.out.write(`Restored ${tables} tables and ${files} files of ${header.at} (Assay ${header.version})${newer}.\n`);
  return EXIT.ok;
}
