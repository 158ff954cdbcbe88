import { containerd } from './clusters/containerd/containerd.ts';
import { docker } from './clusters/docker/docker.ts';
import { ecs } from './clusters/ecs/ecs.ts';
import { kubernetes } from './clusters/kubernetes/kubernetes.ts';
import { nomad } from './clusters/nomad/nomad.ts';
import type { ClusterSource } from './source.ts';

/** Every kind of place where containers run. */
export const CLUSTERS: readonly ClusterSource[] = [containerd, docker, ecs, kubernetes, nomad];

export function clusterKindOf(id: string): ClusterSource | undefined {
  return CLUSTERS.find((kind) => kind.id === id);
}
