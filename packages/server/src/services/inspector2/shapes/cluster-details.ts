import type { Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../accounts/identity.ts';
import type { ImageCluster, ImageWorkload } from '../../../running/clusters-for-image.ts';

type ClusterDetails = NonNullable<Out<'GetClustersForImage'>['cluster']>[number]['clusterDetails'];
type Detail = NonNullable<ClusterDetails>[number];

/** Of both lists: workloads in one detail, details in one cluster. What is more goes into another one of the same name. */
const MOST = 100;

/** Kubernetes: one detail a namespace. Else one for each group of tasks and definition. In portions of what one cluster may hold. */
export function clusterDetails(cluster: ImageCluster, region: string): Detail[][] {
  const details =
    cluster.provider === 'kubernetes'
      ? [...Map.groupBy(cluster.workloads, (one) => one.namespace)].flatMap(([namespace, workloads]) =>
          portions(workloads).map((some) => eksDetail(namespace, some)),
        )
      : [...Map.groupBy(cluster.workloads, (one) => JSON.stringify([groupOf(cluster, one), definitionOf(cluster, one, region)]))].map(
          ([key, workloads]) => ecsDetail(JSON.parse(key), workloads),
        );
  return portions(details);
}

function eksDetail(namespace: string, workloads: readonly ImageWorkload[]): Detail {
  const workloadInfoList = workloads.map(({ name, kind }) => ({ name, type: kind }));
  return { ...units(workloads), clusterMetadata: { awsEksMetadataDetails: { namespace, workloadInfoList } } };
}

function ecsDetail([detailsGroup, taskDefinitionArn]: readonly [string, string], workloads: readonly ImageWorkload[]): Detail {
  return { ...units(workloads), clusterMetadata: { awsEcsMetadataDetails: { detailsGroup, taskDefinitionArn } } };
}

function units(workloads: readonly ImageWorkload[]): Pick<Detail, 'lastInUse' | 'runningUnitCount' | 'stoppedUnitCount'> {
  const sum = (of: (one: ImageWorkload) => number): number => workloads.reduce((total, one) => total + of(one), 0);
  return {
    lastInUse: new Date(Math.max(...workloads.map((one) => one.lastSeen.getTime()))),
    runningUnitCount: sum((one) => one.running),
    stoppedUnitCount: sum((one) => one.stopped),
  };
}

/** ECS' own words for the groups of its tasks, and ours for what is none. */
const GROUPS: Readonly<Record<string, string>> = { Service: 'service', Task: 'family', Job: 'job' };

function groupOf(cluster: ImageCluster, { kind, name }: ImageWorkload): string {
  const group = GROUPS[kind];
  return (group === undefined ? `host:${cluster.name}` : `${group}:${name}`).slice(0, 256);
}

/** What is no task of ECS gets a definition of its name. */
function definitionOf(cluster: ImageCluster, { definition, name }: ImageWorkload, region: string): string {
  if (definition !== '') return definition;
  const family = name.replace(/[^a-zA-Z0-9_-]+/g, '-').slice(0, 255);
  return `arn:aws:ecs:${region}:${accountDigits(cluster.account)}:task-definition/${family === '' ? 'container' : family}:1`;
}

function portions<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / MOST) }, (_, at) => all.slice(at * MOST, (at + 1) * MOST));
}
