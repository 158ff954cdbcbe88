import type { Command } from '../command.ts';
import { ANSWER_FORMAT, SERVICE_OPTIONS } from '../remote/service-options.ts';

/** Which images of watched registries stay monitored. */
export const monitoring: Command = {
  name: 'monitoring',
  about: 'Show and choose for how long images of registries stay monitored after their push and last use.',
  subcommands: [
    {
      name: 'show',
      about: 'Show the windows, whether clusters are heard, and how many images are monitored, stale, lapsed and held.',
      options: { ...ANSWER_FORMAT, ...SERVICE_OPTIONS },
      run: async (given, cli) => (await import('../remote/run-monitoring.ts')).showMonitoring(given, cli),
    },
    {
      name: 'set',
      about: 'Choose the windows. A longer one keeps what is monitored and revives nothing.',
      options: {
        push: { value: 'DAYS', choices: ['3', '7', '14', '30', '60', '90', '180', 'lifetime'], about: 'Days after the push.' },
        use: {
          value: 'DAYS',
          choices: ['none', '3', '7', '14', '30', '60', '90', '180'],
          about: 'Days after the last use, or pull. none: what stopped is not in use.',
        },
        by: {
          value: 'WHAT',
          choices: ['use', 'pull'],
          about: 'What keeps an image after its push window: that it runs, or that it is pulled.',
        },
        'dry-run': { about: 'Change nothing; tell how many images would lapse and how many findings close.' },
        ...SERVICE_OPTIONS,
      },
      examples: [
        ['assay monitoring set --push 30 --use 14', 'a month after the push, two weeks after the last container'],
        ['assay monitoring set --use 3 --dry-run', 'what three days would end'],
      ],
      run: async (given, cli) => (await import('../remote/run-monitoring.ts')).setMonitoring(given, cli),
    },
    {
      name: 'accept-held',
      about: 'Let the images lapse that wait because they are many at once.',
      options: SERVICE_OPTIONS,
      run: async (given, cli) => (await import('../remote/run-monitoring.ts')).acceptHeld(given, cli),
    },
  ],
};
