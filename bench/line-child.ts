import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LineChild {
  /** The next line of output, after one of input. */
  line<T>(input?: string): Promise<T>;
  stop(): Promise<void>;
}

/** One of `children/` that stays and is spoken with, a line of JSON at a time. */
export function openChild(name: string, args: readonly string[]): LineChild {
  const file = fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    line: async (input) => {
      if (input !== undefined) child.stdin!.write(`${input}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${name} ended before its answer`);
      return JSON.parse(value);
    },
    stop: async () => {
      child.stdin!.end();
      await ended;
    },
  };
}
