import type { Command } from '../command.ts';
import { ANSWER_FORMAT, SERVICE_OPTIONS } from '../remote/service-options.ts';

/** What to do first about what runs. */
export const fix: Command = {
  name: 'fix',
  about: 'Show what to fix first, and which few upgrades remove most.',
  subcommands: [
    {
      name: 'first',
      about: 'List upgrades in the order in which they matter: what runs, can be reached, is attacked and has a fix.',
      options: {
        by: { value: 'WHAT', choices: ['package', 'vulnerability'], default: 'package', about: 'What a line is about.' },
        limit: { value: 'N', default: '20', about: 'Lines to show, at most 100.' },
        ...ANSWER_FORMAT,
        ...SERVICE_OPTIONS,
      },
      examples: [['assay fix first', 'the twenty upgrades that matter most']],
      run: async (given, cli) => (await import('../remote/run-fix.ts')).fixFirst(given, cli),
    },
    {
      name: 'upgrades',
      about: 'List the few packages and base images whose upgrade removes most of the risk of what runs.',
      options: { limit: { value: 'N', default: '10', about: 'Lines to show, at most 100.' }, ...ANSWER_FORMAT, ...SERVICE_OPTIONS },
      run: async (given, cli) => (await import('../remote/run-fix.ts')).listUpgrades(given, cli),
    },
  ],
};
