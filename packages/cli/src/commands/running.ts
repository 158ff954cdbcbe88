import type { Command } from '../command.ts';
import { ANSWER_FORMAT, SERVICE_OPTIONS } from '../remote/service-options.ts';

/** Where something ran. */
export const running: Command = {
  name: 'running',
  about: 'Show where a vulnerability or a package runs, or ran on a day.',
  positionals: [{ name: 'WHAT', about: 'CVE-2026-1234, or the name of a package.' }],
  options: {
    on: { value: 'DAY', about: 'A day (UTC) of the last 400, as 2026-11-22; default: today.' },
    package: { about: 'WHAT is a package.' },
    ...ANSWER_FORMAT,
    ...SERVICE_OPTIONS,
  },
  examples: [['assay running CVE-2021-44228 --on 2026-03-01', 'was it running on that day, and where?']],
  run: async (given, cli) => (await import('../remote/run-running.ts')).whereItRan(given, cli),
};
