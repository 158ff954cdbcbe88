import type { Command } from '../command.ts';

/** Of a collector, wherever it runs. */
export const COLLECTOR_OPTIONS = {
  set: { value: 'NAME=VALUE', multiple: true, about: 'Setting of the kind, as docs/clusters.md lists them.' },
  'secret-file': { value: 'FILE', about: 'File with what proves who we are to the cluster: a kubeconfig, a secret access key.' },
} as const;

/** The collector: beside a cluster or on a host, with a token of its own. */
export const collect: Command = {
  name: 'collect',
  about: 'Tell a service what runs here, for as long as it runs: in a cluster or on a host.',
  options: {
    kind: {
      value: 'KIND',
      choices: ['kubernetes', 'ecs', 'docker', 'containerd', 'nomad'],
      default: 'kubernetes',
      about: 'What to watch. Podman is docker; kubernetes without a kubeconfig is the cluster it runs in.',
    },
    server: { value: 'URL', default: 'http://127.0.0.1:8460', about: 'Address of the service.' },
    'token-file': { value: 'FILE', about: 'File with the token that `assay cluster add` printed; default: ASSAY_COLLECTOR_TOKEN.' },
    ...COLLECTOR_OPTIONS,
    health: { value: '[HOST:]PORT', about: 'Answer /healthz (it runs) and /readyz (the service hears of the cluster).' },
    insecure: { about: 'Allow plain HTTP to a service that is not on this machine.' },
  },
  examples: [
    ['assay collect --server https://assay.example.com --token-file /run/token', 'in a pod of the cluster'],
    ['assay collect --kind docker --set address=unix:///run/podman/podman.sock --token-file token', 'on a host with Podman'],
  ],
  run: async (given, cli) => (await import('../collect/run-collect.ts')).runCollect(given, cli),
};
