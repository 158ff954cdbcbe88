import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { familyOf, gone, type ProcessStamp, until } from './processes.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const NODE = path.join(ROOT, 'node_modules/.bin/node');
export const ASSAY = path.join(ROOT, 'packages/cli/bin/assay.js');
const LOCK = 'node_modules/lodash';

export interface ServiceOptions {
  readonly data: string;
  /** The folder it is started in. Default: a project of one npm package. */
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Default: `assay serve` on the pinned Node.js. */
  readonly command?: readonly [string, ...string[]];
  /** Without it the service looks at nothing by itself, which most tests do not need. */
  readonly looks?: boolean;
}

export interface Service {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly address: string;
  readonly signInLink: string;
  readonly credentialsFile: string;
  /** The line for a shell, as printed. */
  readonly awsLine: string;
  /** Milliseconds from the start of the process to the ready line. */
  readonly readyAfter: number;
  /** Everything it wrote so far. */
  output(): string;
  /** Waits for a line that it writes. */
  said(pattern: RegExp, within?: number): Promise<RegExpExecArray>;
  /** Its exit code once it has ended; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Itself and everything below it, the detached ones as well. */
  family(): readonly ProcessStamp[];
  /** Sends the signal to it alone and waits until nothing of its family is left. */
  end(signal?: NodeJS.Signals, within?: number): Promise<void>;
}

const started = new Set<ChildProcess>();

/** What a person's shell has, nothing of the test's own settings. */
export function cleanEnvironment(home: string): Record<string, string> {
  return { PATH: `${path.dirname(NODE)}:${process.env['PATH'] ?? ''}`, HOME: home, LANG: 'C.UTF-8', TMPDIR: tmpdir() };
}

/** A folder with one package in a lock file: something to look at that takes no time. */
export function smallProject(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const packages = { '': { name: 'small', version: '1.0.0' }, [LOCK]: { version: '4.17.15' } };
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify({ name: 'small', lockfileVersion: 3, packages }));
  return folder;
}

/** Starts the real program without waiting for it. */
export function launch(options: ServiceOptions): { child: ChildProcess; output: () => string } {
  const { data, environment, user, looks = false } = options;
  const cwd = options.cwd ?? smallProject(`${data}-project`);
  const [program, ...args] = options.command ?? [NODE, ASSAY, 'serve'];
  const child = spawn(program, args, {
    cwd,
    env: {
      ...cleanEnvironment(path.dirname(data)),
      ASSAY_DATA_DIR: data,
      ASSAY_PORT: '0',
      ASSAY_FEED_HOURS: '0',
      ...(looks ? {} : { ASSAY_FIRST_LOOK: '0', ASSAY_SAMPLE: '0' }),
      ...environment,
    },
    // A group of its own, as a terminal gives: Ctrl-C is a signal to the group.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  started.add(child);
  child.once('exit', () => started.delete(child));
  let text = '';
  const take = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return { child, output: () => text };
}

/** Starts the real program and waits for what it prints when it is ready. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const begin = performance.now();
  const { child, output } = launch(options);
  const pid = child.pid ?? 0;
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const said = async (pattern: RegExp, within = 60_000): Promise<RegExpExecArray> => {
    await until(
      () => {
        if (pattern.test(output())) return true;
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended without saying ${pattern}:\n${output()}`);
        return false;
      },
      { within, what: () => `${pattern} in:\n${output()}` },
    );
    return pattern.exec(output()) as RegExpExecArray;
  };
  await said(/started again, Assay goes on/);
  const readyAfter = performance.now() - begin;
  const value = async (pattern: RegExp): Promise<string> => (await said(pattern))[1] ?? '';
  return {
    process: child,
    pid,
    address: await value(/console +(https?:\/\/\S+)/),
    signInLink: await value(/sign in +(https?:\/\/\S+)/),
    credentialsFile: await value(/keys +(\S+)/),
    awsLine: await value(/AWS CLI +(.+)/),
    readyAfter,
    output,
    said,
    exited,
    family: () => familyOf(pid),
    async end(signal = 'SIGTERM', within = 15_000) {
      const family = familyOf(pid);
      if (child.exitCode === null && child.signalCode === null) process.kill(pid, signal);
      await gone(family, within);
      await exited;
    },
  };
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export function readKeys(file: string): Keys {
  const text = readFileSync(file, 'utf8');
  const value = (name: string): string => new RegExp(`^${name} = (\\S+)$`, 'm').exec(text)?.[1] ?? '';
  return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
}

/** A folder below the system's temporary one that any user may pass through, as /tmp itself. */
export function scratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-e2e-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** For `afterAll`: ends what a failed test left running, then removes the folder. */
export async function cleanUp(folder: string): Promise<void> {
  for (const child of started) {
    const family = familyOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await gone(family, 15_000).catch(() => {});
  }
  rmSync(folder, { recursive: true, force: true });
}
