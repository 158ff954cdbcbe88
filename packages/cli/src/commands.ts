import type { Command } from './command.ts';
import { account } from './commands/account.ts';
import { audit } from './commands/audit.ts';
import { backup } from './commands/backup.ts';
import { cluster } from './commands/cluster.ts';
import { collect } from './commands/collect.ts';
import { db } from './commands/db.ts';
import { decrypt } from './commands/decrypt.ts';
import { doctor } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { fix } from './commands/fix.ts';
import { key } from './commands/key.ts';
import { monitoring } from './commands/monitoring.ts';
import { registry } from './commands/registry.ts';
import { report } from './commands/report.ts';
import { restore } from './commands/restore.ts';
import { running } from './commands/running.ts';
import { sbom } from './commands/sbom.ts';
import { scan } from './commands/scan.ts';
import { serve } from './commands/serve.ts';
import { signIn } from './commands/sign-in.ts';
import { sink } from './commands/sink.ts';
import { submit } from './commands/submit.ts';
import { vex } from './commands/vex.ts';

/** Every command, in the order of the help; compared with the files of `commands/` by a test. */
export const commands: readonly Command[] = [
  scan,
  sbom,
  submit,
  report,
  exportCommand,
  fix,
  running,
  decrypt,
  vex,
  db,
  serve,
  collect,
  signIn,
  account,
  key,
  registry,
  sink,
  cluster,
  monitoring,
  audit,
  backup,
  restore,
  doctor,
];
