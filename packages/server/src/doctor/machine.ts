import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { Sandbox } from '@assay/scan/sandbox/pool.ts';
import type { Config } from '../config.ts';
import { type Check, ok, problem, warning } from './check.ts';

const GIGABYTE = 1e9;
const SCARCE = 2 * GIGABYTE;

export function checkDataDirectory({ dataDirectory }: Config): Check[] {
  const name = 'data directory';
  const stat = statSync(dataDirectory, { throwIfNoEntry: false });
  if (stat === undefined) return [warning(name, `${dataDirectory} does not exist yet; "assay serve" makes it.`)];
  try {
    accessSync(dataDirectory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [problem(name, `${dataDirectory} cannot be written by this user; run as its owner or change its rights.`)];
  }
  const open = (stat.mode & 0o077) !== 0;
  const { bavail, bsize } = statfsSync(dataDirectory);
  const free = bavail * bsize;
  const space = `${(free / GIGABYTE).toFixed(1)} GB free`;
  return [
    open ? warning(name, `Others of this machine may enter ${dataDirectory}; run chmod 700 on it.`) : ok(name, dataDirectory),
    free < SCARCE ? problem('disk', `Only ${space} where the data lies; make room before writes fail.`) : ok('disk', space),
  ];
}

export function checkMasterKey({ masterKeyFile, dataDirectory }: Config): Check {
  const name = 'master key';
  const stat = statSync(masterKeyFile, { throwIfNoEntry: false });
  if (stat === undefined) {
    const used = existsSync(path.join(dataDirectory, 'pg18'));
    return used
      ? problem(name, `${masterKeyFile} is missing, and stored secrets cannot be opened without it; restore it from where you keep it.`)
      : warning(name, `${masterKeyFile} does not exist yet; the first start makes it.`);
  }
  if ((stat.mode & 0o077) !== 0) return warning(name, `Others of this machine may read ${masterKeyFile}; run chmod 600 on it.`);
  return ok(name, `${masterKeyFile}; keep a copy apart from the backups`);
}

/** Starts a reader process, since only that shows what the kernel allows here. */
export async function checkSandbox(): Promise<Check> {
  const name = 'sandbox';
  const sandbox = new Sandbox({ processes: 1 });
  try {
    await sandbox.warm();
    const held = sandbox.isolation ?? '';
    if (held.includes('no network') && (held.includes('uid') || process.getuid?.() !== 0)) return ok(name, held);
    const missing = held.includes('no network') ? 'another user' : 'a network namespace';
    return warning(
      name,
      `Hostile bytes are read in: ${held}. Without ${missing}: install util-linux (unshare, setpriv), or allow user namespaces.`,
    );
  } catch (error) {
    return problem(name, `No process that reads hostile bytes can be started (${(error as Error).message}); scans will fail.`);
  } finally {
    sandbox.close();
  }
}

/** @param inService a service runs on this data directory, so its port is rightly taken */
export async function checkPort({ host, port }: Config, inService: boolean): Promise<Check> {
  const name = 'port';
  if (port === 0) return ok(name, `a free one on ${host}`);
  const taken = await new Promise<string | undefined>((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
  if (taken === undefined)
    return ok(name, inService ? `${host}:${port} is free; the running service uses another` : `${host}:${port} is free`);
  if (inService && taken === 'EADDRINUSE') return ok(name, `${host}:${port} is in use, as it should be`);
  return problem(name, `Cannot listen on ${host}:${port} (${taken}); stop the other program or set ASSAY_HOST and ASSAY_PORT.`);
}
