import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process id and its start time: an id alone may be given to another. */
export interface ProcessStamp {
  readonly pid: number;
  readonly started: string;
  readonly parent: number;
  readonly command: string;
}

function stampOf(pid: number): ProcessStamp | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, started: fields[19] ?? '', parent: Number(fields[1]), command };
  } catch {
    return undefined;
  }
}

/** Every process of the machine. */
export function allProcesses(): readonly ProcessStamp[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (stampOf(Number(name)) ?? []) : []));
}

/** A process and all below it. */
export function familyOf(pid: number): readonly ProcessStamp[] {
  const all = allProcesses();
  const family = all.filter((one) => one.pid === pid);
  for (let at = 0; at < family.length; at++) family.push(...all.filter((one) => one.parent === family[at]?.pid));
  return family;
}

export function isAlive(one: ProcessStamp): boolean {
  return stampOf(one.pid)?.started === one.started;
}

/** Waits until none of them lives. */
export async function gone(processes: readonly ProcessStamp[], within: number): Promise<void> {
  await until(() => !processes.some(isAlive), {
    within,
    what: () =>
      `the end of ${processes
        .filter(isAlive)
        .map((one) => `${one.pid} ${one.command}`)
        .join(', ')}`,
  });
}

/** Processes that work inside the PostgreSQL cluster of a data directory: nobody else has that folder as working directory. */
export function postgresOf(data: string): readonly ProcessStamp[] {
  const own = statSync(path.join(data, 'pg18'), { throwIfNoEntry: false });
  if (own === undefined) return [];
  return allProcesses().filter(({ pid }) => {
    try {
      const cwd = statSync(`/proc/${pid}/cwd`);
      return cwd.ino === own.ino && cwd.dev === own.dev;
    } catch {
      return false;
    }
  });
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  { within = 20_000, what = () => String(condition) }: { within?: number; what?: () => string } = {},
): Promise<void> {
  const end = performance.now() + within;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${within} ms for ${what()}`);
    await sleep(50);
  }
}

/** The socket folder of a data directory's PostgreSQL, from its own command line. */
export function socketOf(data: string): string {
  const words = postgresOf(data).map(({ command }) => /unix_socket_directories=(\S+)/.exec(command)?.[1]);
  return words.find((word) => word !== undefined) ?? '';
}
