import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { currentPointer, installDatabase, openCurrent, stagingFiles } from '@assay/advisories/database/install.ts';
import { exportDatabase, importDatabase } from '@assay/advisories/database/transport.ts';
import { AssayError } from '@assay/core/errors.ts';
import { keepCurrentAnd } from '@assay/engine/build-database.ts';
import { openAdvisories } from '@assay/engine/open-advisories.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../parse-arguments.ts';

export async function runExport(given: Arguments, { environment, terminal, cwd, starter }: Cli): Promise<number> {
  const file = given.value('output');
  if (file === undefined) throw usage('assay db export', '--output FILE is missing');
  const { database } = openAdvisories({ dataDir: environment.dataDir, starter });
  try {
    await exportDatabase(database, resolve(cwd, file)).catch((cause: NodeJS.ErrnoException) => {
      if (cause instanceof AssayError || cause.code === undefined) throw cause;
      throw new AssayError('output', `${file} cannot be written (${cause.code}); check the folder and its permissions.`, { cause });
    });
    terminal.out.write(`Wrote revision ${database.revision} to ${file}.\n`);
    return EXIT.ok;
  } finally {
    database.close();
  }
}

export async function runImport(given: Arguments, { environment, terminal, ctx, cwd }: Cli): Promise<number> {
  const [file = ''] = given.positionals;
  const source = resolve(cwd, file);
  if (!existsSync(source)) throw new AssayError('import-missing', `${file} does not exist; name a file that "assay db export" wrote.`);
  const folder = join(environment.dataDir, 'db');
  const before = currentPointer(folder);
  const base = openCurrent(folder);
  const staged = stagingFiles(folder, `${process.pid}-${ctx.now()}`);
  try {
    await importDatabase(source, { ...staged, ...(base === null ? {} : { base }) });
    const installed = installDatabase(folder, staged, given.flag('rollback'));
    keepCurrentAnd(folder, before, ctx);
    terminal.out.write(
      `Installed revision ${installed.revision}${installed.previous === installed.revision ? ', the same as before' : ''}.\n`,
    );
    return EXIT.ok;
  } finally {
    base?.close();
    for (const left of [staged.file, staged.enrichmentFile]) rmSync(left, { force: true });
  }
}
