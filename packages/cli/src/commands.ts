import type { Command } from './command.ts';
import { backup } from './commands/backup.ts';
import { db } from './commands/db.ts';
import { decrypt } from './commands/decrypt.ts';
import { doctor } from './commands/doctor.ts';
import { report } from './commands/report.ts';
import { restore } from './commands/restore.ts';
import { sbom } from './commands/sbom.ts';
import { scan } from './commands/scan.ts';
import { serve } from './commands/serve.ts';
import { signIn } from './commands/sign-in.ts';
import { submit } from './commands/submit.ts';

/** Every command, in the order of the help; compared with the files of `commands/` by a test. */
export const commands: readonly Command[] = [scan, sbom, submit, report, decrypt, db, serve, signIn, backup, restore, doctor];
