import { spawn } from 'node:child_process';
import { ASSAY, cleanEnvironment, NODE } from './service.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly milliseconds: number;
}

export interface RunOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: `assay` on the pinned Node.js. */
  readonly program?: readonly [string, ...string[]];
  readonly within?: number;
}

/** Runs the command line as a process of its own. */
export function assay(args: readonly string[], options: RunOptions): Promise<Ran> {
  const [program, ...before] = options.program ?? [NODE, ASSAY];
  return run([program, ...before, ...args], options);
}

export function run(words: readonly string[], { cwd, environment, within = 120_000 }: RunOptions): Promise<Ran> {
  const begin = performance.now();
  const [program = '', ...args] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...cleanEnvironment(cwd), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: within,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code,
        out: Buffer.concat(out).toString('utf8'),
        err: Buffer.concat(err).toString('utf8'),
        milliseconds: performance.now() - begin,
      }),
    );
  });
}
