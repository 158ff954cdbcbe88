import type { Command } from '../command.ts';
import { ANSWER_FORMAT, SERVICE_OPTIONS } from '../remote/service-options.ts';

const SINK = { name: 'SINK', about: 'Name or ARN of the sink.' } as const;

/** Where a service sends its events. */
export const sink: Command = {
  name: 'sink',
  about: 'See where a service sends its events, try it, and send again what was not taken.',
  subcommands: [
    {
      name: 'list',
      about: 'Show the sinks, how they do, and what they did not take.',
      options: { ...ANSWER_FORMAT, ...SERVICE_OPTIONS },
      run: async (given, cli) => (await import('../remote/run-sink.ts')).listSinks(given, cli),
    },
    {
      name: 'test',
      about: 'Send a test message and say whether it was taken.',
      positionals: [SINK],
      options: SERVICE_OPTIONS,
      run: async (given, cli) => (await import('../remote/run-sink.ts')).testSink(given, cli),
    },
    {
      name: 'replay',
      about: 'Send the dead letters of a sink again, oldest first.',
      positionals: [SINK],
      options: SERVICE_OPTIONS,
      run: async (given, cli) => (await import('../remote/run-sink.ts')).replaySink(given, cli),
    },
  ],
};
