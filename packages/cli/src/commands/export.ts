import type { Command } from '../command.ts';
import { EXPORT_OPTIONS } from '../remote/service-options.ts';

/** Asks a service for its SBOMs, waits for them, and writes them in plain text. */
export const exportCommand: Command = {
  name: 'export',
  about: 'Fetch what a service stores of its resources; for findings see "assay report".',
  subcommands: [
    {
      name: 'sbom',
      about: 'Write an SBOM of every resource of a service, or of those that are chosen, each to a file of its own.',
      options: {
        format: { value: 'FORMAT', short: 'f', choices: ['cyclonedx', 'spdx'], default: 'cyclonedx', about: 'CycloneDX 1.4 or SPDX 2.3.' },
        output: { value: 'FOLDER', short: 'o', default: 'sboms', about: 'Folder to write to, made when it is missing.' },
        repository: { value: 'NAME', multiple: true, about: 'Only images of this repository; may be given more than once.' },
        resource: { value: 'ARN', multiple: true, about: 'Only this resource; may be given more than once.' },
        ...EXPORT_OPTIONS,
      },
      examples: [['assay export sbom --repository shop/api -o sboms', 'every image of a repository']],
      run: async (given, cli) => (await import('../remote/run-export-sbom.ts')).runExportSbom(given, cli),
    },
  ],
};
