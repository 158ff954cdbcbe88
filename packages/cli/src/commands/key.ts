import type { Command, OptionSpec } from '../command.ts';
import { ANSWER_FORMAT, SERVICE_OPTIONS } from '../remote/service-options.ts';

const ACCOUNT: Readonly<Record<string, OptionSpec>> = {
  account: { value: 'ACCOUNT', about: 'Account of the keys; default: that of the caller.' },
};

/** Access keys, by which people and programs prove who they are. */
export const key: Command = {
  name: 'key',
  about: 'Create, list and delete access keys of a service.',
  subcommands: [
    {
      name: 'create',
      about: 'Create an access key and print it as a credentials file; the secret is shown this once.',
      positionals: [{ name: 'USER', about: 'User that it belongs to; made when there is none.' }],
      options: {
        role: { value: 'ROLE', choices: ['viewer', 'operator', 'admin'], default: 'viewer', about: 'What the user may do.' },
        ...ACCOUNT,
        output: { value: 'FILE', short: 'o', about: 'File to write, readable by you alone. Default: standard output.' },
        ...SERVICE_OPTIONS,
      },
      examples: [['assay key create pipeline --role operator -o pipeline.credentials', 'for "assay submit --credentials"']],
      run: async (given, cli) => (await import('../remote/run-key.ts')).createKey(given, cli),
    },
    {
      name: 'list',
      about: 'Show the access keys of an account, without their secrets.',
      options: { ...ACCOUNT, ...ANSWER_FORMAT, ...SERVICE_OPTIONS },
      run: async (given, cli) => (await import('../remote/run-key.ts')).listKeys(given, cli),
    },
    {
      name: 'delete',
      about: 'Delete an access key; it opens nothing from then on.',
      positionals: [{ name: 'KEY', about: 'Id of the access key.' }],
      options: { ...ACCOUNT, ...SERVICE_OPTIONS },
      run: async (given, cli) => (await import('../remote/run-key.ts')).deleteKey(given, cli),
    },
  ],
};
