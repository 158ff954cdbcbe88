import { buildConsole } from '../service.ts';

/** Once, before files run side by side. */
export function setup(): void {
  buildConsole();
}
