import { spawn } from 'node:child_process';
import { familyOf, gone, until } from './processes.ts';
import { ASSAY, cleanEnvironment, NODE } from './service.ts';

export interface Collector {
  readonly pid: number;
  output(): string;
  readonly exited: Promise<number | null>;
  /** Waits for a line that it writes. */
  said(pattern: RegExp, within?: number): Promise<void>;
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** `assay collect` as a process of its own. */
export function startCollector(args: readonly string[], { folder, token }: { readonly folder: string; readonly token: string }): Collector {
  const env = { ...cleanEnvironment(folder), ASSAY_COLLECTOR_TOKEN: token };
  const child = spawn(NODE, [ASSAY, 'collect', ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid ?? 0;
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    pid,
    output: () => text,
    exited,
    said: (pattern, within = 30_000) => until(() => pattern.test(text), { within, what: () => `${pattern} in:\n${text}` }),
    async end(signal = 'SIGTERM') {
      const family = familyOf(pid);
      if (child.exitCode === null && child.signalCode === null) process.kill(pid, signal);
      await gone(family, 15_000);
      await exited;
    },
  };
}
