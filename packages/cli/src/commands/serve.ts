import type { Command } from '../command.ts';

/** The whole service in one process; configuration is by environment (docs/configuration.md). */
export const serve: Command = {
  name: 'serve',
  about: 'Run the service: database, advisories, API, worker and console on one port.',
  options: {
    role: {
      value: 'ROLE',
      choices: ['all', 'api', 'worker', 'collector'],
      default: 'all',
      about: 'Part of the service this process is; more than one process needs ASSAY_DATABASE_URL.',
    },
  },
  examples: [
    ['assay serve', 'on http://127.0.0.1:8460, data in ~/.assay'],
    ['ASSAY_PORT=9000 assay serve', 'settings come from the environment, see docs/configuration.md'],
  ],
  run: async (given, cli) => (await import('../serve/run-serve.ts')).runServe(given, cli),
};
