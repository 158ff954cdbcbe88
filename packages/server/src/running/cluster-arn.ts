import { createHash } from 'node:crypto';
import type { ClusterIdentity } from '@assay/core/running.ts';
import { accountDigits } from '../accounts/identity.ts';
import type { Place } from '../resources/names.ts';

const ECS_CLUSTER = /^arn:aws(?:-[a-z]+)*:ecs:[a-z]{2}(?:-gov)?-[a-z]+-\d:\d{12}:cluster\/[a-zA-Z0-9_-]+$/;
const LONGEST = 100;

/**
 * Kubernetes clusters are EKS, everything else is ECS, and a real ECS cluster keeps its ARN. The model's pattern ends in
 * `cluster/[a-zA-Z0-9_-]+`. With `taken` another cluster of the account has the name already.
 */
export function clusterArn(place: Place, cluster: ClusterIdentity, taken: boolean): string {
  if (!taken && cluster.provider === 'ecs' && ECS_CLUSTER.test(cluster.uid)) return cluster.uid;
  const service = cluster.provider === 'kubernetes' ? 'eks' : 'ecs';
  const hash = createHash('sha256').update(`${cluster.provider} ${cluster.uid}`).digest('hex').slice(0, 8);
  const name = cluster.name
    .replace(/[^a-zA-Z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST);
  const slug = name === '' ? hash : taken ? `${name}-${hash}` : name;
  return `arn:aws:${service}:${place.region}:${accountDigits(place.account)}:cluster/${slug}`;
}
