import type { Command } from '../command.ts';

/** A new one-time link into the console of a running service, for whoever holds its keys. */
export const signIn: Command = {
  name: 'sign-in',
  about: 'Make a new one-time sign-in link for the console of a running service.',
  options: {
    server: { value: 'URL', default: 'http://127.0.0.1:8460', about: 'Address of the service.' },
    region: { value: 'REGION', default: 'us-east-1', about: 'Region of the service.' },
    credentials: { value: 'FILE', about: 'AWS credentials file; default: the AWS environment variables, else the data directory’s.' },
    insecure: { about: 'Allow plain HTTP to a service that is not on this machine.' },
  },
  examples: [['assay sign-in', 'for the service on this machine']],
  run: async (given, cli) => (await import('../remote/run-sign-in.ts')).runSignIn(given, cli),
};
