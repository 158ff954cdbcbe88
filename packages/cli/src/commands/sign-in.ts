import type { Command } from '../command.ts';
import { SERVICE_OPTIONS } from '../remote/service-options.ts';

/** A new one-time link into the console of a running service, for whoever holds its keys. */
export const signIn: Command = {
  name: 'sign-in',
  about: 'Make a new one-time sign-in link for the console of a running service.',
  options: {
    ...SERVICE_OPTIONS,
  },
  examples: [['assay sign-in', 'for the service on this machine']],
  run: async (given, cli) => (await import('../remote/run-sign-in.ts')).runSignIn(given, cli),
};
