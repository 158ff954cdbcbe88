import type { Command } from '../command.ts';
import { SERVICE_OPTIONS } from '../remote/service-options.ts';

/** Hands a target, or an SBOM of any tool, to a running service, which keeps it and evaluates it again on every new advisory. */
export const submit: Command = {
  name: 'submit',
  about: 'Keep an image or an SBOM in a running service, and hear about it again.',
  positionals: [{ name: 'TARGET', about: 'Image layout or archive, directory, registry reference, or SBOM file.' }],
  options: {
    ...SERVICE_OPTIONS,
    repository: { value: 'NAME', about: 'Repository to file it under, e.g. registry.example/shop/api.' },
    tag: { value: 'TAG', about: 'Tag of the image.' },
    platform: { value: 'OS/ARCH', about: 'Platform of a multi-platform image, or "all".' },
    insecure: { about: 'Allow plain HTTP to a registry or service that is not on this machine.' },
    offline: { about: 'Never go to a registry.' },
    'no-wait': { about: 'Return as soon as the service has it.' },
    format: { value: 'FORMAT', short: 'f', choices: ['table', 'json'], default: 'table', about: 'Form of the answer.' },
  },
  examples: [
    ['assay submit ./image.tar --repository shop/api --tag v7', 'scan here, keep there'],
    ['assay submit ./bom.cdx.json --server https://assay.example', 'an SBOM of any tool'],
  ],
  run: async (given, cli) => (await import('../remote/run-submit.ts')).runSubmit(given, cli),
};
