import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import pg from 'pg';
import { chooseSystemUser, type SystemUser } from './account.ts';
import { prepareBinaries } from './binaries.ts';
import { CHILD_ENVIRONMENT, CLUSTER_OWNER, type ClusterPlace, dataArgument, ensureCluster } from './cluster.ts';
import { findOrphan, lockDataDirectory, stopOrphan } from './orphan.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

export interface EmbeddedOptions {
  /** Absolute; the cluster is `pg18/` below it, the lock `postgres.lock`. */
  readonly dataDirectory: string;
  /** For the socket (its path must stay under 107 bytes) and, where needed, copies of the programs. */
  readonly tempDirectory: string;
  /** `ASSAY_PG_USER`. */
  readonly systemUser?: string | undefined;
  readonly log: Logger;
  /** Extra `name=value` settings; tests switch fsync off with it. */
  readonly settings?: readonly string[];
  /** Folders of ours that the watchdog removes when this process dies (tests only: their whole cluster). */
  readonly disposable?: readonly string[];
}

export interface EmbeddedPostgres {
  /** For `pg`: host is the socket folder. It stays the same when PostgreSQL is restarted. */
  readonly socketDirectory: string;
  readonly port: number;
  readonly owner: string;
  /** Of the running PostgreSQL and its watchdog. */
  readonly pids: () => { readonly postmaster: number | undefined; readonly watchdog: number | undefined };
  /** Fast shutdown: sessions are cut, everything committed is on disk. */
  stop(): Promise<void>;
}

const PORT = 5432;
/** Crash recovery may replay up to max_wal_size; as long as the process lives it is making progress. */
const READY_WITHIN_MS = 300_000;

/** Starts the private PostgreSQL, keeps it running while this process lives, and never lets it outlive this process. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.dataDirectory, { recursive: true, mode: 0o700 });
  const unlock = lockDataDirectory(path.join(options.dataDirectory, 'postgres.lock'));
  let socketDirectory: string | undefined;
  try {
    const user = chooseSystemUser(options.systemUser, process.getuid?.());
    const binaries = prepareBinaries(user, [options.tempDirectory, '/var/tmp', '/var/lib/assay']);
    const place: ClusterPlace = { binaries, user, cluster: path.join(options.dataDirectory, 'pg18') };
    const orphan = findOrphan(place.cluster);
    if (orphan !== undefined) {
      options.log.warn('taking over the data directory from a PostgreSQL that outlived its supervisor', { pid: orphan.pid });
      await stopOrphan(orphan, 10_000);
    }
    await ensureCluster(place);
    socketDirectory = makeSocketDirectory([options.tempDirectory, '/tmp', '/var/tmp', '/run'], user);
    const supervisor = new Supervisor(options, place, socketDirectory);
    await supervisor.start();
    return {
      socketDirectory,
      port: PORT,
      owner: CLUSTER_OWNER,
      pids: () => supervisor.pids(),
      async stop() {
        await supervisor.stop();
        unlock();
      },
    };
  } catch (error) {
    if (socketDirectory !== undefined) rmSync(socketDirectory, { recursive: true, force: true });
    unlock();
    throw error;
  }
}

/**
 * A random name in a sticky folder cannot be squatted; mkdtemp makes it 0700. The first folder whose socket path fits in 107 bytes and
 * which PostgreSQL's user can enter (a TMPDIR of root's may be closed to it).
 */
function makeSocketDirectory(bases: readonly string[], user: SystemUser | null): string {
  for (const base of bases) {
    if (Buffer.byteLength(base) > 70) continue;
    try {
      const folder = mkdtempSync(path.join(base, 'assay-pg-'));
      if (user === null) return folder;
      chownSync(folder, user.uid, user.gid);
      if (spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', env: {}, ...user }).status === 0) return folder;
      rmSync(folder, { recursive: true });
    } catch {
      // read-only or missing; the next one
    }
  }
  throw new AssayError(
    'postgres-socket',
    `PostgreSQL can put its socket in none of ${bases.join(', ')}; set TMPDIR to a folder that all may enter.`,
  );
}

class Supervisor {
  #options: EmbeddedOptions;
  #place: ClusterPlace;
  #socket: string;
  #child: ChildProcess | undefined;
  #watchdog: Watchdog | undefined;
  #stopping = false;
  #lastWords = '';

  constructor(options: EmbeddedOptions, place: ClusterPlace, socket: string) {
    this.#options = options;
    this.#place = place;
    this.#socket = socket;
  }

  pids(): { postmaster: number | undefined; watchdog: number | undefined } {
    return { postmaster: this.#child?.pid, watchdog: this.#watchdog?.pid };
  }

  async start(): Promise<void> {
    const until = performance.now() + READY_WITHIN_MS;
    for (let attempt = 0; ; attempt++) {
      this.#launch();
      const up = await this.#waitReady(until);
      if (up) return this.#watch();
      // Backends of a killed postmaster need a moment to notice and leave the shared memory.
      const early = attempt < 40 && /pre-existing shared memory|lock file ".*" already exists/.test(this.#lastWords);
      if (!early || this.#stopping) {
        throw new AssayError('postgres-start', `PostgreSQL did not start: ${this.#lastWords.trim().split('\n').slice(-3).join(' ')}`);
      }
      await sleep(250);
    }
  }

  #launch(): void {
    if (this.#stopping) throw new AssayError('postgres-start', 'PostgreSQL is being stopped.');
    const settings = [`unix_socket_directories=${this.#socket}`, ...(this.#options.settings ?? [])];
    const file = path.join(dataArgument(this.#place.cluster), 'assay.conf');
    const args = ['-D', dataArgument(this.#place.cluster), '-c', `config_file=${file}`, ...settings.flatMap((one) => ['-c', one])];
    this.#lastWords = '';
    const child = spawn(this.#place.binaries.postgres, args, {
      cwd: this.#place.cluster,
      env: CHILD_ENVIRONMENT,
      detached: true, // Ctrl-C goes to our group; PostgreSQL is told when we have drained
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(this.#place.user ?? {}),
    });
    this.#child = child;
    // From the first moment: we may be killed while it recovers.
    const cleanup = [this.#socket, ...(this.#options.disposable ?? [])];
    const watchdog =
      child.pid === undefined ? undefined : startWatchdog(child.pid, cleanup, () => this.#options.log.warn('watchdog restarted'));
    this.#watchdog = watchdog;
    child.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      this.#lastWords = (this.#lastWords + text).slice(-4000);
      this.#options.log.debug(text.trimEnd(), { source: 'postgres' });
    });
    child.on('error', (error) => {
      this.#lastWords += error.message;
    });
    child.on('exit', () => watchdog?.dismiss());
  }

  async #waitReady(until: number): Promise<boolean> {
    const child = this.#child;
    while (
      child !== undefined &&
      child.pid !== undefined &&
      child.exitCode === null &&
      child.signalCode === null &&
      performance.now() < until
    ) {
      const client = new pg.Client({
        host: this.#socket,
        port: PORT,
        user: CLUSTER_OWNER,
        database: 'postgres',
        connectionTimeoutMillis: 2000,
      });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.query('select 1');
        return true;
      } catch {
        await sleep(40);
      } finally {
        await client.end().catch(() => {});
      }
    }
    return false;
  }

  /** Killed by somebody: start it again, for as long as we live. */
  #watch(): void {
    this.#child?.once('exit', (code, signal) => {
      if (this.#stopping) return;
      this.#options.log.error('PostgreSQL ended by itself; starting it again', { code, signal });
      void this.#restart();
    });
  }

  async #restart(): Promise<void> {
    for (let wait = 250; !this.#stopping; wait = Math.min(wait * 2, 10_000)) {
      try {
        return await this.start();
      } catch (error) {
        this.#options.log.error('PostgreSQL does not start', { error: (error as Error).message });
        await sleep(wait);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGQUIT'), 20_000);
      await gone;
      clearTimeout(timer);
    }
    rmSync(this.#socket, { recursive: true, force: true });
  }
}
