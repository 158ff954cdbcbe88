import type { Command } from '../command.ts';

/** What the service stands on, and what to do about what is not right. */
export const doctor: Command = {
  name: 'doctor',
  about: 'Check what the service needs: sandbox, database, keys, disk, advisories, queue, sinks.',
  options: { format: { value: 'FORMAT', short: 'f', choices: ['table', 'json'], default: 'table', about: 'Form of the answer.' } },
  examples: [['assay doctor', 'exit code 0: nothing to do, 1: warnings, 3: problems']],
  run: async (given, cli) => (await import('../serve/run-doctor.ts')).runDoctor(given, cli),
};
