import type { Command } from '../command.ts';
import { EXPORT_OPTIONS } from '../remote/service-options.ts';

/** Asks a service for a findings report, waits for it, and writes it in plain text. */
export const report: Command = {
  name: 'report',
  about: 'Fetch every open finding of a service as CSV or JSON.',
  options: {
    format: { value: 'FORMAT', short: 'f', choices: ['csv', 'json'], default: 'csv', about: 'Form of the report.' },
    output: { value: 'FILE', short: 'o', about: 'File to write; it appears when the report is whole. Default: standard output.' },
    ...EXPORT_OPTIONS,
  },
  examples: [['assay report -o findings.csv', 'for a spreadsheet']],
  run: async (given, cli) => (await import('../remote/run-report.ts')).runReport(given, cli),
};
