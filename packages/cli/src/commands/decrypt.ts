import type { Command } from '../command.ts';
import { SERVICE_OPTIONS } from '../remote/service-options.ts';

/** Opens a report or an SBOM that the service encrypted. */
export const decrypt: Command = {
  name: 'decrypt',
  about: 'Open a report or an SBOM that a service encrypted.',
  positionals: [{ name: 'FILE', about: 'The encrypted file.' }],
  options: {
    output: { value: 'FILE', short: 'o', about: 'File to write; it appears when everything was opened. Default: standard output.' },
    'key-file': { value: 'FILE', about: 'Master key file of the service, for its LOCAL keys; default: the data directory’s.' },
    ...SERVICE_OPTIONS,
    server: { value: 'URL', about: 'Ask this service to open the data key instead; needed for keys in OpenBao, Vault or KMS.' },
  },
  examples: [
    ['assay decrypt report.csv.enc -o report.csv', 'with the master key of this machine’s service'],
    ['assay decrypt report.csv.enc --server https://assay.example', 'the key stays where it is'],
  ],
  run: async (given, cli) => (await import('../remote/run-decrypt.ts')).runDecrypt(given, cli),
};
