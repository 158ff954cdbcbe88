import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { Config } from '../config.ts';
import { createPool } from '../db/pool.ts';
import { openMaintenance } from '../service/maintenance.ts';
import { type Check, problem } from './check.ts';
import { checkDatabase } from './database.ts';
import { checkDataDirectory, checkMasterKey, checkPort, checkSandbox } from './machine.ts';

/** Looks at everything the service stands on, beside a running one or without. Changes nothing, save that the embedded PostgreSQL is started. */
export async function examine(config: Config, ctx: Context): Promise<Check[]> {
  const machine = [...checkDataDirectory(config), checkMasterKey(config), await checkSandbox()];
  try {
    const maintenance = await openMaintenance(config, ctx);
    const worker = createPool(maintenance.target.worker, { name: 'doctor', max: 1, log: ctx.log });
    const api = createPool(maintenance.target.api, { name: 'doctor', max: 1, log: ctx.log });
    try {
      return [...machine, await checkPort(config, maintenance.inService), ...(await checkDatabase({ worker, api }, ctx.now))];
    } finally {
      await Promise.all([worker.end(), api.end()]);
      await maintenance.close();
    }
  } catch (error) {
    const words =
      error instanceof AssayError ? error.message : `It cannot be used (${(error as Error).message}); start the service and read its log.`;
    return [...machine, await checkPort(config, false), problem('PostgreSQL', words)];
  }
}
