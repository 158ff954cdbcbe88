import type { Command, OptionSpec } from '../command.ts';
import { FORMATS, THRESHOLDS } from '../scan/choices.ts';

export const TARGET = {
  name: 'TARGET',
  about:
    'What to look at: an image reference (registry.example/app:1.2), an image archive (docker save, OCI tar), an OCI layout folder, a directory or root file system, an SBOM file (CycloneDX or SPDX JSON), or "-" for an SBOM or archive on standard input.',
} as const;

export const TARGET_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  platform: { value: 'OS/ARCH', about: 'Platform of a multi-platform image, or all of them with "all". Default: that of this machine.' },
  insecure: { about: 'Speak plain HTTP to the registry. For a certificate of your own authority set SSL_CERT_FILE instead.' },
  offline: { about: 'Use no network: image references are refused.' },
  output: { value: 'FILE', short: 'o', about: 'Write the answer to a file instead of standard output.' },
};

export const scan: Command = {
  name: 'scan',
  about: 'Find known vulnerabilities in an image, a directory or an SBOM.',
  positionals: [TARGET],
  options: {
    format: { value: 'FORMAT', short: 'f', choices: FORMATS, default: 'table', about: 'Form of the answer.' },
    ...TARGET_OPTIONS,
    'fail-on': {
      value: 'SEVERITY',
      choices: THRESHOLDS,
      about: 'Exit with 1 when a finding is at least this severe; one that nobody has rated yet (UNTRIAGED) counts only with "any".',
    },
    why: { about: 'Below each finding of the table: what was asked, what was found, what follows.' },
    ignore: { value: 'FILE', about: 'Leave out findings that the rules of this JSON file name, until each expires (docs/ignoring.md).' },
    'only-fixed': { about: 'Leave out findings that no version fixes yet.' },
  },
  examples: [
    ['assay scan alpine:3.20', 'an image from a registry'],
    ['assay scan ./image.tar --fail-on high --format sarif -o findings.sarif', 'a step of a pipeline'],
    ['docker save shop/api | assay scan - --fail-on high', 'an archive without a file'],
    ['assay scan .', 'the lock files and installed packages below this folder'],
  ],
  run: async (given, cli) => (await import('../scan/run-scan.ts')).runScan(given, cli),
};
