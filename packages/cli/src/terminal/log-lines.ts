import type { Logger } from '@assay/core/context.ts';
import type { Terminal } from './terminal.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** JSON lines of what runs on and on; a person at a terminal sees warnings only, unless asked for more. */
export function logLines({ err }: Terminal, level: LogLevel, now: () => number): Logger {
  const least = err.width !== undefined && level === 'info' ? 'warn' : level;
  const line = (own: LogLevel) => (message: string, attributes?: Readonly<Record<string, unknown>>) => {
    if (LEVELS.indexOf(own) < LEVELS.indexOf(least)) return;
    err.write(`${JSON.stringify({ time: new Date(now()).toISOString(), level: own, message, ...attributes })}\n`);
  };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
