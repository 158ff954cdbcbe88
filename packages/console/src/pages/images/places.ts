import type { Wire } from '@assay/wire/wire-json.ts';
import type * as sdk from '@aws-sdk/client-inspector2';

/** One group of a cluster that runs an image: workloads of a namespace, or tasks of a definition. */
export interface Place {
  readonly key: string;
  readonly clusterArn: string;
  readonly cluster: string;
  /** `shop: web, worker` or the name of a task definition. */
  readonly what: string;
  readonly running: number;
  readonly stopped: number;
  readonly lastInUse: number | undefined;
}

/** Those that run most first. */
export function placesOf(clusters: readonly Wire<sdk.ClusterInformation>[]): Place[] {
  return clusters
    .flatMap(({ clusterArn = '', clusterDetails = [] }) =>
      clusterDetails.map((details, index) => ({
        key: `${clusterArn} ${index}`,
        clusterArn,
        cluster: clusterArn.slice(clusterArn.lastIndexOf('/') + 1),
        what: whatOf(details.clusterMetadata),
        running: details.runningUnitCount ?? 0,
        stopped: details.stoppedUnitCount ?? 0,
        lastInUse: details.lastInUse,
      })),
    )
    .toSorted((a, b) => b.running - a.running || (a.key < b.key ? -1 : 1));
}

function whatOf(metadata: Wire<sdk.ClusterMetadata> | undefined): string {
  const { awsEcsMetadataDetails: ecs, awsEksMetadataDetails: eks } = metadata ?? {};
  if (ecs !== undefined) return [ecs.detailsGroup, ecs.taskDefinitionArn?.split('/').at(-1)].filter(Boolean).join(', ');
  const names = (eks?.workloadInfoList ?? []).map(({ name }) => name).join(', ');
  return [eks?.namespace, names].filter(Boolean).join(': ');
}
