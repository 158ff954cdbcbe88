import type { Command } from '../command.ts';

/** Asks a service for a findings report, waits for it, and writes it in plain text. */
export const report: Command = {
  name: 'report',
  about: 'Fetch every open finding of a service as CSV or JSON.',
  options: {
    format: { value: 'FORMAT', short: 'f', choices: ['csv', 'json'], default: 'csv', about: 'Form of the report.' },
    output: { value: 'FILE', short: 'o', about: 'File to write; it appears when the report is whole. Default: standard output.' },
    key: { value: 'ARN', about: 'Key to encrypt it with where it is stored; default: the account’s first, made when there is none.' },
    bucket: { value: 'NAME', default: 'reports', about: 'Bucket to store it in.' },
    server: { value: 'URL', default: 'http://127.0.0.1:8460', about: 'Address of the service.' },
    region: { value: 'REGION', default: 'us-east-1', about: 'Region of the service.' },
    credentials: { value: 'FILE', about: 'AWS credentials file; default: the AWS environment variables, else the data directory’s.' },
    insecure: { about: 'Allow plain HTTP to a service that is not on this machine.' },
  },
  examples: [['assay report -o findings.csv', 'for a spreadsheet']],
  run: async (given, cli) => (await import('../remote/run-report.ts')).runReport(given, cli),
};
