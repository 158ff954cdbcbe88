import type { Command } from '../command.ts';

/** Everything that the service keeps, in one file; it may go on working meanwhile. */
export const backup: Command = {
  name: 'backup',
  about: 'Write everything the service keeps to one file, while it runs or not.',
  options: {
    output: { value: 'FILE', short: 'o', about: 'File to write.' },
    'with-master-key': { about: 'Put the master key into it; the file then opens every stored secret.' },
  },
  examples: [['assay backup -o assay.backup', 'keep master.key elsewhere']],
  run: async (given, cli) => (await import('../serve/run-backup.ts')).runBackup(given, cli),
};
