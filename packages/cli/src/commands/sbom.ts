import type { Command } from '../command.ts';
import { SBOM_FORMATS } from '../scan/choices.ts';
import { TARGET, TARGET_OPTIONS } from './scan.ts';

export const sbom: Command = {
  name: 'sbom',
  about: 'Write the list of what is inside an image or a directory (SBOM).',
  positionals: [TARGET],
  options: {
    format: {
      value: 'FORMAT',
      short: 'f',
      choices: SBOM_FORMATS,
      default: 'cyclonedx',
      about: 'CycloneDX 1.6, SPDX 2.3, or the inventory as Assay keeps it.',
    },
    ...TARGET_OPTIONS,
  },
  examples: [['assay sbom ./rootfs -o app.cdx.json', 'CycloneDX of a root file system']],
  run: async (given, cli) => (await import('../scan/run-sbom.ts')).runSbom(given, cli),
};
