import type { Command } from '../command.ts';
import { ANSWER_FORMAT, SERVICE_OPTIONS } from '../remote/service-options.ts';
import { COLLECTOR_OPTIONS } from './collect.ts';

const NAME = { name: 'NAME', about: 'Name of the collector, for people; usually the cluster’s or host’s.' } as const;

/** Where a service looks for what runs. */
export const cluster: Command = {
  name: 'cluster',
  about: 'Say where containers run: make collectors, see how they do, remove them.',
  subcommands: [
    {
      name: 'add',
      about: 'Make a collector: one that reports from elsewhere, or one that the service runs itself.',
      positionals: [NAME],
      options: {
        kind: {
          value: 'KIND',
          choices: ['push', 'kubernetes', 'ecs', 'docker', 'containerd', 'nomad'],
          default: 'push',
          about: 'push prints the token for `assay collect`; the others are watched by the service itself.',
        },
        ...COLLECTOR_OPTIONS,
        ...SERVICE_OPTIONS,
      },
      examples: [
        ['assay cluster add shop', 'prints the token for a collector in the cluster or on the host'],
        ['assay cluster add shop --kind kubernetes --secret-file kubeconfig', 'the service watches it through this kubeconfig'],
      ],
      run: async (given, cli) => (await import('../remote/run-cluster.ts')).addCluster(given, cli),
    },
    {
      name: 'list',
      about: 'Show the collectors, how they do, and the clusters they report.',
      options: { ...ANSWER_FORMAT, ...SERVICE_OPTIONS },
      run: async (given, cli) => (await import('../remote/run-cluster.ts')).listClusters(given, cli),
    },
    {
      name: 'update',
      about: 'Change a collector that the service runs: its settings, its secret, or whether it watches. What is not named stays.',
      positionals: [NAME],
      options: {
        ...COLLECTOR_OPTIONS,
        pause: { about: 'Watch no longer, until --resume.' },
        resume: { about: 'Watch again.' },
        ...SERVICE_OPTIONS,
      },
      run: async (given, cli) => (await import('../remote/run-cluster.ts')).updateCluster(given, cli),
    },
    {
      name: 'renew',
      about: 'Print a new token for a collector; the one it had ends.',
      positionals: [NAME],
      options: SERVICE_OPTIONS,
      run: async (given, cli) => (await import('../remote/run-cluster.ts')).renewToken(given, cli),
    },
    {
      name: 'remove',
      about: 'Remove a collector and end its token. What it reported stays, and ages no further.',
      positionals: [NAME],
      options: SERVICE_OPTIONS,
      run: async (given, cli) => (await import('../remote/run-cluster.ts')).removeCluster(given, cli),
    },
  ],
};
