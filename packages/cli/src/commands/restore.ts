import type { Command } from '../command.ts';

/** The other half of `backup`. */
export const restore: Command = {
  name: 'restore',
  about: 'Bring a backup back into an empty data directory or database, of this or an earlier version.',
  positionals: [{ name: 'FILE', about: 'A file that "assay backup" wrote.' }],
  options: { force: { about: 'Replace what is there, and do without the master key that the backup was made under.' } },
  examples: [['ASSAY_DATA_DIR=/srv/assay assay restore assay.backup', 'then start the service on it']],
  run: async (given, cli) => (await import('../serve/run-backup.ts')).runRestore(given, cli),
};
