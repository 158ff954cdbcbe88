import type { Command } from '../command.ts';
import { SERVICE_OPTIONS } from '../remote/service-options.ts';

/** Who did what. */
export const audit: Command = {
  name: 'audit',
  about: 'Export the audit records of a service.',
  subcommands: [
    {
      name: 'export',
      about: 'Write the audit records, newest first, as a CloudTrail log file.',
      options: {
        since: { value: 'TIME', about: 'Only from then on: 2026-05-31, 2026-05-31T12:00:00Z, or how long ago (36h, 7d).' },
        until: { value: 'TIME', about: 'Only up to then, in the same words.' },
        changes: { about: 'Only calls that change something.' },
        failed: { about: 'Only calls that were refused or failed.' },
        output: { value: 'FILE', short: 'o', about: 'File to write; it appears when it is whole. Default: standard output.' },
        ...SERVICE_OPTIONS,
      },
      examples: [['assay audit export --since 7d --changes -o audit.json', 'what was changed this week, and by whom']],
      run: async (given, cli) => (await import('../remote/run-audit.ts')).exportAudit(given, cli),
    },
  ],
};
