import type { Command } from '../command.ts';
import { ANSWER_FORMAT, SERVICE_OPTIONS } from '../remote/service-options.ts';

/** Statements on what does not matter, from others and for others. */
export const vex: Command = {
  name: 'vex',
  about: 'Import VEX documents as suppression rules, and export the rules as VEX.',
  subcommands: [
    {
      name: 'import',
      about: 'Suppress what an OpenVEX, CSAF or CycloneDX document says is not affected; the same document again replaces its rules.',
      positionals: [{ name: 'FILE', about: 'The document, or "-" for standard input.' }],
      options: { ...ANSWER_FORMAT, ...SERVICE_OPTIONS },
      run: async (given, cli) => (await import('../remote/run-vex.ts')).importVex(given, cli),
    },
    {
      name: 'export',
      about: 'Write the suppression rules of the account as a VEX document.',
      options: {
        format: {
          value: 'FORMAT',
          short: 'f',
          choices: ['openvex', 'csaf', 'cyclonedx'],
          default: 'openvex',
          about: 'Form of the document.',
        },
        output: { value: 'FILE', short: 'o', about: 'File to write. Default: standard output.' },
        ...SERVICE_OPTIONS,
      },
      run: async (given, cli) => (await import('../remote/run-vex.ts')).exportVex(given, cli),
    },
  ],
};
