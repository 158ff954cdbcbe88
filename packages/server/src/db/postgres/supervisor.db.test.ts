import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@assay/core/context.ts';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './supervisor.ts';

/** mkdtemp makes it 0700: for root, a folder that the user of PostgreSQL cannot enter. */
let folder: string;
let data: string;
let temp: string;
const children: ChildProcess[] = [];
const running: EmbeddedPostgres[] = [];

/** One initdb for all; copied, hence also a test that files may come from elsewhere. */
let pristine: string;

beforeAll(async () => {
  pristine = mkdtempSync(path.join(tmpdir(), 'assay-init-'));
  await (await startEmbeddedPostgres({ dataDirectory: pristine, tempDirectory: '/tmp', log: silentLogger })).stop();
});
afterAll(() => rmSync(pristine, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-kill-'));
  data = path.join(folder, 'data');
  cpSync(pristine, data, { recursive: true });
  temp = mkdtempSync(path.join(tmpdir(), 'assay-sock-'));
  chmodSync(temp, 0o1777);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const one of running.splice(0)) await one.stop();
  await until(() => postgresIn(data).length === 0, 15_000);
  for (const one of [folder, temp]) rmSync(one, { recursive: true, force: true });
});

describe('the supervisor of the embedded PostgreSQL', () => {
  it('leaves no PostgreSQL behind when it is killed, and what was acknowledged is there afterwards', async () => {
    const acknowledged: number[] = [];
    for (let round = 0; round < 3; round++) {
      const victim = await startVictim();
      await until(() => victim.kept.length > 30 * (round + 1));
      victim.process.kill('SIGKILL');
      await until(() => postgresIn(data).length === 0, 10_000);
      await until(() => readdirSync(temp).every((name) => !name.startsWith('assay-pg-')));
      acknowledged.push(...victim.kept);
    }
    const rows = new Set(await readKept(await start()));
    expect(acknowledged.filter((n) => !rows.has(n))).toEqual([]);
  });

  it('replaces a killed watchdog, which then does its duty', async () => {
    const victim = await startVictim();
    process.kill(victim.pids.watchdog, 'SIGKILL');
    await until(() => victim.lines.includes('warn watchdog restarted'));
    expect(postgresIn(data).length).toBeGreaterThan(0);
    victim.process.kill('SIGKILL');
    await until(() => postgresIn(data).length === 0, 10_000);
  });

  it('starts a killed PostgreSQL again at the same address', async () => {
    const postgres = await start();
    await query(postgres, 'create table kept (n int)');
    await query(postgres, 'insert into kept values (7)');
    const before = postgres.pids();
    process.kill(before.postmaster!, 'SIGKILL');
    await until(
      async () => postgres.pids().postmaster !== before.postmaster && (await query(postgres, 'select 1').catch(() => [])).length === 1,
      30_000,
    );
    expect(await readKept(postgres)).toEqual([7]);
  });

  it('takes over a PostgreSQL that outlived supervisor and watchdog', async () => {
    const victim = await startVictim();
    await until(() => victim.kept.length > 10);
    process.kill(victim.pids.watchdog, 'SIGSTOP'); // it cannot be replaced, and cannot act
    victim.process.kill('SIGKILL');
    await until(() => victim.process.signalCode !== null);
    process.kill(victim.pids.watchdog, 'SIGKILL');
    const orphan = victim.pids.postmaster;
    expect(statSync(`/proc/${orphan}/cwd`).ino).toBe(statSync(path.join(data, 'pg18')).ino);
    const postgres = await start();
    expect(postgresIn(data)).not.toContain(orphan);
    expect(await readKept(postgres)).toEqual(expect.arrayContaining(victim.kept));
  });

  it('refuses a second supervisor on the same directory, and names the first', async () => {
    const postgres = await start();
    await expect(start()).rejects.toThrow(new RegExp(`process ${process.pid}`));
    expect(await query(postgres, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('spares a stranger whose process number stands in postmaster.pid', async () => {
    await (await start()).stop();
    running.length = 0;
    const stranger = spawn('sleep', ['60'], { cwd: '/' });
    children.push(stranger);
    writeFileSync(path.join(data, 'pg18', 'postmaster.pid'), `${stranger.pid}\n/somewhere\n1\n5432\n\n\n`);
    await start();
    expect(stranger.exitCode).toBeNull();
    expect(existsSync(`/proc/${stranger.pid}`)).toBe(true);
  });

  it.skipIf(process.getuid?.() !== 0)('works for root and for others, on one data directory after the other', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'assay-user-'));
    try {
      chownSync(home, 65534, 65534);
      const victim = await startVictim({ data: path.join(home, 'data'), temp: home, user: { uid: 65534, gid: 65534 } });
      await until(() => victim.kept.length > 3);
      victim.process.kill('SIGKILL');
      await until(() => postgresIn(path.join(home, 'data')).length === 0, 10_000);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  it.skipIf(process.getuid?.() !== 0)('finds a place for its socket where TMPDIR is closed to the user of PostgreSQL', async () => {
    chmodSync(temp, 0o700);
    const postgres = await start();
    expect(postgres.socketDirectory.startsWith(temp)).toBe(false);
    expect(await query(postgres, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('stops cleanly, gives the directory free, and starts from it again', async () => {
    const postgres = await start();
    await query(postgres, 'create table kept (n int)');
    await postgres.stop();
    running.length = 0;
    expect(postgresIn(data)).toEqual([]);
    expect(existsSync(postgres.socketDirectory)).toBe(false);
    expect(await readKept(await start())).toEqual([]);
  });
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDirectory: data, tempDirectory: temp, log: silentLogger });
  running.push(postgres);
  return postgres;
}

async function query(postgres: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({
    host: postgres.socketDirectory,
    user: postgres.owner,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function readKept(postgres: EmbeddedPostgres): Promise<number[]> {
  return ((await query(postgres, 'select n from kept order by n')) as { n: number }[]).map((row) => row.n);
}

interface Victim {
  readonly process: ChildProcess;
  readonly pids: { readonly postmaster: number; readonly watchdog: number };
  readonly kept: number[];
  readonly lines: string[];
}

async function startVictim(where: { data?: string; temp?: string; user?: { uid: number; gid: number } } = {}): Promise<Victim> {
  const script = fileURLToPath(new URL('./testdata/victim.ts', import.meta.url));
  const args = [script, where.data ?? data, where.temp ?? temp];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], ...where.user });
  children.push(child);
  const kept: number[] = [];
  const lines: string[] = [];
  let pids: Victim['pids'] | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('kept ')) kept.push(Number(line.slice(5)));
    else if (line.startsWith('up ')) pids = JSON.parse(line.slice(3));
    else lines.push(line);
  });
  await until(() => pids !== undefined, 20_000);
  return { process: child, pids: pids!, kept, lines };
}

/** Processes that work inside the cluster of a data directory. */
function postgresIn(directory: string): number[] {
  const own = statSync(path.join(directory, 'pg18'), { throwIfNoEntry: false });
  if (own === undefined) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid)) return false;
      try {
        const cwd = statSync(`/proc/${pid}/cwd`);
        return cwd.ino === own.ino && cwd.dev === own.dev;
      } catch {
        return false;
      }
    });
}

async function until(condition: () => boolean | Promise<boolean>, within = 20_000): Promise<void> {
  const end = performance.now() + within;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${within} ms for ${condition}`);
    await sleep(20);
  }
}
