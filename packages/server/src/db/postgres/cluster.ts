import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import type { SystemUser } from './account.ts';
import type { Binaries } from './binaries.ts';

/** Bootstrap superuser of the embedded cluster; it runs migrations and nothing else. */
export const CLUSTER_OWNER = 'assay_owner';

/**
 * Every PostgreSQL program of ours runs with the cluster as its working directory and is given `-D /proc/self/cwd`.
 * The directory is entered before the user changes, so a data directory below a folder that only root may enter
 * works without user namespaces (which many containers forbid). Elsewhere than Linux the path itself is used.
 */
export function dataArgument(cluster: string): string {
  return existsSync('/proc/self/cwd') ? '/proc/self/cwd' : cluster;
}

export const CHILD_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

export interface ClusterPlace {
  readonly binaries: Binaries;
  readonly user: SystemUser | null;
  /** Absolute path of the data directory of PostgreSQL, e.g. `DATA_DIR/pg18`. */
  readonly cluster: string;
}

/** Creates the cluster if there is none. A creation killed half way leaves nothing that would be taken for a cluster. */
export async function ensureCluster(place: ClusterPlace): Promise<void> {
  const { cluster, user } = place;
  if (!existsSync(path.join(cluster, 'PG_VERSION'))) {
    const staging = `${cluster}.new`;
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging, { recursive: true, mode: 0o700 });
    own(staging, user);
    await initialise(place, staging);
    rmSync(cluster, { recursive: true, force: true });
    renameSync(staging, cluster);
  }
  own(cluster, user);
  chmodSync(cluster, 0o700); // a restored copy may have lost it, and PostgreSQL insists
  writeConfiguration(cluster, user);
}

/** Gives the files to `user`, where they belong to somebody else (a data directory moved, or ASSAY_PG_USER changed). */
function own(folder: string, user: SystemUser | null): void {
  if (user === null || lstatSync(folder).uid === user.uid) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(path.join(entry.parentPath, entry.name), user.uid, user.gid);
  }
  chownSync(folder, user.uid, user.gid);
}

function initialise(place: ClusterPlace, folder: string): Promise<void> {
  const args = [
    ...['-D', dataArgument(folder), '-U', CLUSTER_OWNER, '-E', 'UTF8', '--auth=trust', '--data-checksums'],
    ...['--locale-provider=builtin', '--locale=C.UTF-8', '--lc-collate=C', '--lc-ctype=C', '--lc-messages=C'],
    ...[
      '--lc-monetary=C',
      '--lc-numeric=C',
      '--lc-time=C',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      '--set=dynamic_shared_memory_type=mmap',
    ],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(place.binaries.initdb, args, {
      cwd: folder,
      env: CHILD_ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(place.user ?? {}),
    });
    let problem = '';
    child.stderr.on('data', (chunk: Buffer) => {
      problem = (problem + chunk.toString('utf8')).slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const hint = problem.includes('could not look up effective user ID') ? ' (the user it runs as needs an entry in /etc/passwd)' : '';
      reject(
        new AssayError('postgres-initdb', `Creating the database in ${folder} failed${hint}: ${problem.trim().split('\n').at(-1) ?? ''}`),
      );
    });
  });
}

/** Written at every start: the settings belong to the program, not to the data. */
function writeConfiguration(cluster: string, user: SystemUser | null): void {
  const settings = [
    "listen_addresses = ''",
    'ssl = off',
    'max_connections = 60',
    'shared_buffers = 128MB',
    'work_mem = 16MB',
    'maintenance_work_mem = 128MB',
    'dynamic_shared_memory_type = mmap', // /dev/shm of a container is 64 MB
    'wal_level = minimal', // no replicas of the embedded cluster
    'max_wal_senders = 0',
    'max_wal_size = 1GB',
    'wal_compression = on',
    'jit = off',
    'random_page_cost = 1.1',
    'unix_socket_permissions = 0700',
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    "log_line_prefix = ''",
    'log_checkpoints = off',
    'autovacuum_naptime = 20s',
  ];
  const files: readonly (readonly [string, string])[] = [
    ['assay.conf', `# Written by Assay at every start.\n${settings.join('\n')}\n`],
    ['pg_hba.conf', '# Written by Assay at every start. The socket folder is ours alone.\nlocal all all trust\n'],
  ];
  for (const [name, text] of files) {
    const file = path.join(cluster, name);
    writeFileSync(file, text, { mode: 0o600 });
    if (user !== null) chownSync(file, user.uid, user.gid);
  }
}
