import type { Workload } from '@assay/core/running.ts';
import { text } from './values.ts';

export interface MadeBy {
  readonly namespace: string;
  readonly workload: Workload;
  readonly infra: boolean;
}

interface Named {
  readonly name: string;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly image: string;
  readonly autoRemove: boolean;
}

/** Labels by which an orchestrator's containers are known, and what stays the same of them when they are replaced. */
const ORCHESTRATORS: readonly {
  readonly label: string;
  readonly kind: string;
  readonly name: (label: (name: string) => string, own: string) => string;
}[] = [
  { label: 'io.kubernetes.pod.uid', kind: 'Pod', name: (label) => label('io.kubernetes.pod.name') },
  { label: 'com.docker.swarm.service.name', kind: 'Service', name: (label) => label('com.docker.swarm.service.name') },
  { label: 'com.amazonaws.ecs.task-arn', kind: 'Task', name: (label) => label('com.amazonaws.ecs.task-definition-family') },
  {
    label: 'com.hashicorp.nomad.alloc_id',
    kind: 'Job',
    name: (label, own) => label('com.hashicorp.nomad.job_name') || own.replace(/-[0-9a-f-]{36}$/, ''),
  },
  {
    label: 'com.docker.compose.service',
    kind: 'Container',
    name: (label) => [label('com.docker.compose.project'), label('com.docker.compose.service')].filter((part) => part !== '').join('/'),
  },
];

/** Whose container it is. Without an orchestrator it is its own workload. */
export function madeBy({ name, labels, image, autoRemove }: Named): MadeBy {
  const label = (key: string): string => text(labels[key], 253);
  const infra = label('io.kubernetes.docker.type') === 'podsandbox' || /^localhost\/podman-pause:/.test(image);
  const namespace = label('io.kubernetes.pod.namespace');
  const maker = ORCHESTRATORS.find((one) => label(one.label) !== '');
  const workload = {
    kind: maker?.kind ?? 'Container',
    name: maker?.name(label, name) || (isDrawn(name) && autoRemove ? imageName(image) : name),
  };
  return { namespace, workload: { kind: workload.kind, name: workload.name.slice(0, 253) }, infra };
}

/** `quirky_darwin`: whoever runs one throwaway container after another would otherwise leave one workload after another. */
function isDrawn(name: string): boolean {
  return /^[a-z]+_[a-z]+\d?$/.test(name);
}

/** `registry.example/team/app:v1` → `app` */
function imageName(image: string): string {
  return image
    .replace(/@.*$/, '')
    .replace(/:[^/:]*$/, '')
    .replace(/^.*\//, '');
}
