import type { Command, OptionSpec } from '../command.ts';

const SHRINK: Readonly<Record<string, OptionSpec>> = {
  'accept-shrink': { about: 'Accept a feed that has become more than 10 % smaller.' },
};

/** Advisories: where they come from, how old they are, how they travel. */
export const db: Command = {
  name: 'db',
  about: 'Update, inspect and move the advisory database.',
  subcommands: [
    {
      name: 'update',
      about: 'Download what changed since the last time and install the new database.',
      options: SHRINK,
      examples: [['assay db update', 'all feeds']],
      run: async (given, cli) => (await import('../db/build.ts')).runUpdate(given, cli),
    },
    {
      name: 'build',
      about: 'Build and install the database from a folder of stored snapshots.',
      options: {
        from: { value: 'FOLDER', about: 'Folder with the archives (golang-vulndb.tar.gz, …) as they were stored.' },
        feed: { value: 'ID', multiple: true, about: 'Only this feed; may be given more than once. Default: all.' },
        ...SHRINK,
      },
      examples: [['assay db build --from ./snapshots', 'without a network']],
      run: async (given, cli) => (await import('../db/build.ts')).runBuild(given, cli),
    },
    {
      name: 'status',
      about: 'Show revision, age, sources and counts of the database in use.',
      options: { format: { value: 'FORMAT', short: 'f', choices: ['table', 'json'], default: 'table', about: 'Form of the answer.' } },
      run: async (given, cli) => (await import('../db/status.ts')).runStatus(given, cli),
    },
    {
      name: 'search',
      about: 'Find advisories by id, alias, package name or words.',
      positionals: [{ name: 'QUERY', about: 'CVE-2021-44228, GHSA-…, lodash, or words of a summary.' }],
      options: {
        format: { value: 'FORMAT', short: 'f', choices: ['table', 'json'], default: 'table', about: 'Form of the answer.' },
        limit: { value: 'N', default: '50', about: 'At most so many.' },
      },
      run: async (given, cli) => (await import('../db/search.ts')).runSearch(given, cli),
    },
    {
      name: 'export',
      about: 'Write the database to one file that another machine can import.',
      options: { output: { value: 'FILE', short: 'o', about: 'File to write.' } },
      examples: [['assay db export -o advisories.zst', 'carry it over an air gap']],
      run: async (given, cli) => (await import('../db/transport.ts')).runExport(given, cli),
    },
    {
      name: 'import',
      about: 'Install a database from a file that "db export" wrote.',
      positionals: [{ name: 'FILE', about: 'The exported file.' }],
      options: { rollback: { about: 'Accept a database that was built before the one in use.' } },
      run: async (given, cli) => (await import('../db/transport.ts')).runImport(given, cli),
    },
  ],
};
