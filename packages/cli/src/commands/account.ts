import type { Command } from '../command.ts';
import { ANSWER_FORMAT, SERVICE_OPTIONS } from '../remote/service-options.ts';

/** The tenants of a service. */
export const account: Command = {
  name: 'account',
  about: 'List and create the accounts of a service.',
  subcommands: [
    {
      name: 'list',
      about: 'Show the accounts that you may see.',
      options: { ...ANSWER_FORMAT, ...SERVICE_OPTIONS },
      run: async (given, cli) => (await import('../remote/run-account.ts')).listAccounts(given, cli),
    },
    {
      name: 'create',
      about: 'Create an account and print its number.',
      positionals: [{ name: 'NAME', about: 'Name of the account, for people.' }],
      options: { id: { value: 'ACCOUNT', about: 'Its 12 digits; default: the service chooses.' }, ...SERVICE_OPTIONS },
      examples: [['assay account create Payments', 'then "assay key create" for whoever works in it']],
      run: async (given, cli) => (await import('../remote/run-account.ts')).createAccount(given, cli),
    },
  ],
};
