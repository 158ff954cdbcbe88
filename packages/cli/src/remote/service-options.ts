import type { OptionSpec } from '../command.ts';

/** How a command finds a service, and with whose keys it speaks. */
export const SERVICE_OPTIONS = {
  server: { value: 'URL', default: 'http://127.0.0.1:8460', about: 'Address of the service.' },
  region: { value: 'REGION', default: 'us-east-1', about: 'Region of the service.' },
  credentials: { value: 'FILE', about: 'AWS credentials file; default: the AWS environment variables, else the data directory’s.' },
  profile: { value: 'NAME', about: 'Section of the credentials file; without --credentials that of `~/.aws/credentials`.' },
  insecure: { about: 'Allow plain HTTP to a service that is not on this machine.' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export const ANSWER_FORMAT = {
  format: { value: 'FORMAT', short: 'f', choices: ['table', 'json'], default: 'table', about: 'Form of the answer.' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Of everything that is stored encrypted before it is fetched. */
export const EXPORT_OPTIONS = {
  key: { value: 'ARN', about: 'Key to encrypt it with where it is stored; default: the account’s first, made when there is none.' },
  bucket: { value: 'NAME', default: 'reports', about: 'Bucket to store it in.' },
  ...SERVICE_OPTIONS,
} as const satisfies Readonly<Record<string, OptionSpec>>;
