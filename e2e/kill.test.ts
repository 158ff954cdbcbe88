import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bomOf, status, submit, submitted } from './api.ts';
import { familyOf, gone, isAlive, type ProcessStamp, postgresOf, until } from './processes.ts';
import { cleanUp, launch, ROOT, type Service, scratch, smallProject, startService } from './service.ts';

/** Ten seconds after a `kill -9` of any of our processes no PostgreSQL of ours is left, or it is served again. */
const PROMISE_MS = 10_000;
const folder = scratch();
const data = path.join(folder, 'data');
let service: Service;
/** Acknowledged, by job id: the repository it was filed under. */
const acknowledged = new Map<string, string>();

afterAll(() => cleanUp(folder));

const named = (family: readonly ProcessStamp[], word: string): ProcessStamp => {
  const found = family.find((one) => one.command.includes(word));
  if (found === undefined) throw new Error(`no ${word} among ${family.map((one) => one.command).join(' | ')}`);
  return found;
};
const postmaster = (): ProcessStamp => named(service.family(), '-D /proc/self/cwd');
const watchdog = (): ProcessStamp => named(service.family(), 'assay-postgres-watchdog');

async function start(): Promise<void> {
  service = await startService({ data });
}

/** Submits until it is refused: whatever was answered counts. */
async function submitUntilKilled(prefix: string): Promise<void> {
  for (let number = 0; ; number++) {
    const repository = `${prefix}/app-${number}`;
    try {
      const packages = Array.from({ length: 40 }, (_, n) => `pkg:npm/part-${n}@${number}.0.0`);
      acknowledged.set(await submit(service, bomOf([...packages, 'pkg:npm/lodash@4.17.15'], repository), { repository }), repository);
    } catch {
      return;
    }
  }
}

async function expectAllThere(): Promise<void> {
  for (const [job, repository] of acknowledged) {
    const done = await submitted(service, job, 90_000);
    expect([repository, done.status, done.resourceArn?.includes(`/${repository}/`)]).toEqual([repository, 'SUCCEEDED', true]);
    expect(done.findingCounts?.all).toBeGreaterThan(0);
  }
}

/** Folders that PostgreSQL's socket lay in. */
const sockets = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('assay-pg-'));

describe('the service, killed', () => {
  beforeAll(start);

  test.each([
    ['while submissions come in', 700],
    ['a moment after it is up', 0],
    ['while it works through them', 2_500],
  ])(
    '%s, leaves no process, and starts again with everything it had acknowledged',
    async (when, wait) => {
      const before = sockets();
      const submitting = submitUntilKilled(when.replaceAll(/[^a-z]+/g, '-'));
      await sleep(wait);
      const family = service.family();
      process.kill(service.pid, 'SIGKILL');
      await gone(family, PROMISE_MS);
      expect(postgresOf(data)).toEqual([]);
      await submitting;
      await until(() => sockets().length < before.length || before.length === 0, { within: 2_000 });
      await start();
      await expectAllThere();
    },
    180_000,
  );

  test('together with its watchdog leaves a PostgreSQL that the next start takes over', async () => {
    const orphan = postmaster();
    const guard = watchdog();
    process.kill(guard.pid, 'SIGSTOP');
    process.kill(service.pid, 'SIGKILL');
    await service.exited;
    process.kill(guard.pid, 'SIGKILL');
    expect(isAlive(orphan)).toBe(true);
    await start();
    expect(service.output()).toContain('taking over the data directory');
    expect(isAlive(orphan)).toBe(false);
    await expectAllThere();
  }, 120_000);

  test('at any moment of its start leaves nothing, and the next start works', async () => {
    await service.end();
    for (const wait of [150, 900, 1_800]) {
      const { child } = launch({ data });
      await sleep(wait);
      const family = familyOf(child.pid ?? 0);
      child.kill('SIGKILL');
      await gone(family, PROMISE_MS);
      await until(() => postgresOf(data).length === 0, { within: PROMISE_MS });
    }
    await start();
    await expectAllThere();
  }, 180_000);

  test('in the middle of creating its database leaves nothing that the next start trips over', async () => {
    const fresh = path.join(folder, 'fresh');
    for (const wait of [400, 1_200, 2_000]) {
      const { child } = launch({ data: fresh });
      await sleep(wait);
      const family = familyOf(child.pid ?? 0);
      child.kill('SIGKILL');
      await gone(family, PROMISE_MS);
    }
    const other = await startService({ data: fresh });
    expect((await status(other)).counts.resources).toBe(0);
    await other.end();
  }, 180_000);
});

describe('what works for the service, killed', () => {
  beforeAll(async () => {
    if (service.process.exitCode !== null || service.process.signalCode !== null) await start();
  });

  test('PostgreSQL is served again at once', async () => {
    const before = postmaster();
    process.kill(before.pid, 'SIGKILL');
    await until(async () => (await status(service).catch(() => undefined))?.counts !== undefined, { within: PROMISE_MS });
    expect(postmaster().pid).not.toBe(before.pid);
    const job = await submit(service, bomOf(['pkg:npm/lodash@4.17.15'], 'after'), { repository: 'after/postgres' });
    expect((await submitted(service, job)).status).toBe('SUCCEEDED');
  }, 60_000);

  test('one connection of PostgreSQL takes the others with it, and all come back', async () => {
    const backend = familyOf(postmaster().pid).find((one) => one.command.startsWith('postgres: assay_'));
    process.kill(backend?.pid ?? 0, 'SIGKILL');
    await until(async () => (await status(service).catch(() => undefined))?.counts !== undefined, { within: PROMISE_MS });
    await expectAllThere();
  }, 60_000);

  test('the watchdog is replaced, and its successor does its duty', async () => {
    const guard = watchdog();
    process.kill(guard.pid, 'SIGKILL');
    await until(() => service.family().some((one) => one.command.includes('assay-postgres-watchdog') && one.pid !== guard.pid));
    const family = service.family();
    process.kill(service.pid, 'SIGKILL');
    await gone(family, PROMISE_MS);
    await start();
  }, 60_000);
});

describe('a look at this machine', () => {
  test('whose reading process is killed is done again or says so; none outlives a killed service', async () => {
    const own = path.join(folder, 'looking');
    const looking = await startService({ data: own, looks: true, environment: { ASSAY_SAMPLE: '0' } });
    const reader = (): ProcessStamp | undefined => looking.family().find((one) => one.command.includes('sandbox-child'));
    await until(() => reader() !== undefined, { within: 30_000 });
    process.kill(reader()?.pid ?? 0, 'SIGKILL');
    const [line] = await looking.said(/(Looked at|Could not look at) this machine.*/, 60_000);
    expect(line).toMatch(/Looked at this machine: \d{2,} packages/);
    await looking.end();
    const again = await startService({ data: own, looks: true });
    await until(() => again.family().some((one) => one.command.includes('sandbox-child')), { within: 30_000 });
    const family = again.family();
    process.kill(again.pid, 'SIGKILL');
    await gone(family, PROMISE_MS);
    rmSync(own, { recursive: true });
  }, 180_000);
});

describe('npm start', () => {
  const own = path.join(folder, 'wrapped');
  const command = [process.execPath, path.join(ROOT, 'tools/start.mjs')] as const;

  test('killed takes the service and its PostgreSQL with it', async () => {
    const wrapped = await startService({ data: own, command, environment: { INIT_CWD: smallProject(path.join(folder, 'npm')) } });
    const family = wrapped.family();
    expect(named(family, 'assay.js').pid).not.toBe(wrapped.pid);
    process.kill(wrapped.pid, 'SIGKILL');
    await gone(family, 15_000);
  }, 60_000);

  test('ends cleanly on Ctrl-C, and on a polite request to it alone', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const wrapped = await startService({ data: own, command, environment: { INIT_CWD: path.join(folder, 'npm') } });
      const family = wrapped.family();
      process.kill(signal === 'SIGINT' ? -wrapped.pid : wrapped.pid, signal);
      await gone(family, 15_000);
      expect(await wrapped.exited).toBe(0);
    }
  }, 120_000);

  test('the service below it, killed, leaves no PostgreSQL', async () => {
    const wrapped = await startService({ data: own, command, environment: { INIT_CWD: path.join(folder, 'npm') } });
    const family = wrapped.family();
    process.kill(named(family, 'assay.js serve').pid, 'SIGKILL');
    await gone(family, PROMISE_MS);
    expect(await wrapped.exited).not.toBe(0);
  }, 60_000);
});
