import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { type RestoreSummary, restoreBackup } from '../backup/read-backup.ts';
import { type BackupSummary, writeBackup } from '../backup/write-backup.ts';
import type { Config } from '../config.ts';
import { keyFingerprint, openMasterKey } from '../secrets/master-key.ts';
import { openMaintenance, withOwner, withWorkerPool } from './maintenance.ts';

/** Beside a running service or without one. @param withKey the master key goes along, so the file opens every secret */
export async function backUp(file: string, withKey: boolean, { config, ctx }: { config: Config; ctx: Context }): Promise<BackupSummary> {
  if (!existsSync(config.masterKeyFile))
    throw new AssayError('nothing-to-back-up', `There is no service in ${config.dataDirectory}; set ASSAY_DATA_DIR.`);
  const maintenance = await openMaintenance(config, ctx);
  try {
    return await withWorkerPool(maintenance, ctx, (pool) =>
      writeBackup({
        ...{ pool, file, now: ctx.now, dataDirectory: config.dataDirectory },
        masterKey: keyFingerprint(openMasterKey(config.masterKeyFile)),
        ...(withKey ? { masterKeyFile: config.masterKeyFile } : {}),
      }),
    );
  } finally {
    await maintenance.close();
  }
}

/** Into a data directory or database that no service uses. */
export async function bringBack(file: string, force: boolean, { config, ctx }: { config: Config; ctx: Context }): Promise<RestoreSummary> {
  if (!existsSync(file)) throw new AssayError('restore-missing', `${file} does not exist; name a file that "assay backup" wrote.`);
  await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 });
  const { masterKeyFile, dataDirectory } = config;
  const maintenance = await openMaintenance(config, ctx);
  try {
    const masterKey = existsSync(masterKeyFile) ? keyFingerprint(openMasterKey(masterKeyFile)) : undefined;
    return await withOwner(maintenance, (owner) => restoreBackup({ owner, dataDirectory, file, masterKeyFile, masterKey, force }));
  } finally {
    await maintenance.close();
  }
}
