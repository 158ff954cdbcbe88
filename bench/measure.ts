import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Ran {
  readonly ms: number;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Highest sum of the memory of the process and its descendants (proportional set size), bytes; only when asked for. */
  readonly peakMemory: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Sampling costs time: measure memory in another run than time. */
  readonly sampleMemory?: boolean;
  readonly timeoutMs?: number;
}

export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const started = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  const memory = options.sampleMemory === true ? watchMemory(child) : undefined;
  const output = [collect(child.stdout), collect(child.stderr)] as const;
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const ms = performance.now() - started;
      resolve({ ms, code, stdout: output[0](), stderr: output[1](), peakMemory: memory?.() ?? 0 });
    });
  });
}

/** @throws with the last words of the program when it fails. */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const ran = await run(command, args, options);
  if (ran.code !== 0) throw new Error(`${command} failed (${ran.code}): ${ran.stderr.trim().slice(-500)}`);
  return ran;
}

/** Runs one of `children/` in a process of its own; its last line of output is the answer. */
export async function child<T>(
  name: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<T & { readonly peakMemory: number }> {
  const file = fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url));
  const { stdout, peakMemory } = await mustRun(process.execPath, [file, ...args], options);
  return { ...(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T), peakMemory };
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function watchMemory(child: ChildProcess): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, treeMemory(child.pid));
  }, 50);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** Proportional set size of a process and everything below it, bytes; 0 where the kernel does not say. */
function treeMemory(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const below = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  const own = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`));
  return Number(own?.[1] ?? 0) * 1024 + below.reduce((sum, one) => sum + treeMemory(Number(one)), 0);
}

/** Processor time of a process and everything below it, of what has ended too, milliseconds; it means something on a busy machine as well. */
export function processorTime(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const below = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
  return own * TICK_MS + below.reduce((sum, one) => sum + processorTime(Number(one)), 0);
}

/** Linux tells processor time in hundredths of a second, whatever the kernel's own tick. */
const TICK_MS = 10;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Runs something several times, one after another. */
export async function repeat<T>(times: number, once: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < times; n++) results.push(await once());
  return results;
}
