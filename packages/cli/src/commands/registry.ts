import type { Command } from '../command.ts';
import { ANSWER_FORMAT, SERVICE_OPTIONS } from '../remote/service-options.ts';

const REGISTRY = { name: 'REGISTRY', about: 'Name or ARN of the registry.' } as const;

const SETTINGS = {
  set: { value: 'NAME=VALUE', multiple: true, about: 'A setting of its kind: url=registry.example, username=reader.' },
  'secret-file': { value: 'FILE', about: 'File with the password or token; - reads standard input. Default: none.' },
  include: { value: 'PATTERN', multiple: true, about: 'Repositories to watch: * within a part, ** over parts. Default: all.' },
  'recent-days': { value: 'DAYS', about: 'Look first at what was pushed or pulled within; default 30.' },
  'crawl-minutes': { value: 'MINUTES', about: 'Between two looks at the whole registry; default 60.' },
} as const;

/** Registries whose images a service watches. */
export const registry: Command = {
  name: 'registry',
  about: 'Choose the registries whose images a service watches.',
  subcommands: [
    {
      name: 'add',
      about: 'Watch a registry; what it holds is looked at now, and what is pushed later as it comes.',
      positionals: [{ name: 'NAME', about: 'What to call it.' }],
      options: {
        kind: { value: 'KIND', default: 'oci', about: 'Kind of registry: oci, harbor, ecr.' },
        ...SETTINGS,
        ...SERVICE_OPTIONS,
      },
      examples: [
        [
          'assay registry add harbor --kind harbor --set url=https://harbor.example --set username=robot$assay --secret-file token',
          'a Harbor with a robot account',
        ],
        [
          'pass registry | assay registry add main --set url=registry.example --set username=reader --secret-file -',
          'the password from a password manager',
        ],
      ],
      run: async (given, cli) => (await import('../remote/run-registry.ts')).addRegistry(given, cli),
    },
    {
      name: 'list',
      about: 'Show the registries, how they do, and when they were looked at.',
      options: { ...ANSWER_FORMAT, ...SERVICE_OPTIONS },
      run: async (given, cli) => (await import('../remote/run-registry.ts')).listRegistries(given, cli),
    },
    {
      name: 'update',
      about: 'Change a registry: its password, settings, repositories, or whether it is watched. What is not named stays.',
      positionals: [REGISTRY],
      options: {
        ...SETTINGS,
        'new-token': { about: 'Print a new token for notifications; the one it had ends.' },
        pause: { about: 'Look at it no longer, until --resume.' },
        resume: { about: 'Look at it again.' },
        ...SERVICE_OPTIONS,
      },
      examples: [['assay registry update main --secret-file token', 'its password has changed']],
      run: async (given, cli) => (await import('../remote/run-registry.ts')).updateRegistry(given, cli),
    },
    {
      name: 'crawl',
      about: 'Look at a registry now.',
      positionals: [REGISTRY],
      options: {
        repository: { value: 'NAME', about: 'This repository only.' },
        'accept-missing': { about: 'Agree that images which are missing were deleted, however many they are.' },
        ...SERVICE_OPTIONS,
      },
      run: async (given, cli) => (await import('../remote/run-registry.ts')).crawlRegistry(given, cli),
    },
    {
      name: 'remove',
      about: 'Watch a registry no longer; what is known of its images stays until it expires.',
      positionals: [REGISTRY],
      options: SERVICE_OPTIONS,
      run: async (given, cli) => (await import('../remote/run-registry.ts')).removeRegistry(given, cli),
    },
  ],
};
