import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { ListCoverageInput } from './types.ts';
import { useAnswer } from './use-answer.ts';

/** One namespace of a Kubernetes cluster, or one group of tasks of ECS and hosts. */
export interface ClusterDetail {
  lastInUse: number;
  runningUnitCount?: number;
  stoppedUnitCount?: number;
  clusterMetadata: {
    awsEksMetadataDetails?: { namespace?: string; workloadInfoList?: { name: string; type: string }[] };
    awsEcsMetadataDetails?: { detailsGroup: string; taskDefinitionArn: string };
  };
}
export interface ImageCluster {
  clusterArn: string;
  clusterDetails?: ClusterDetail[];
}
export type RanWorkload = Wire<assay.RanWorkload>;

/** Clusters that run an image or ran it, as many as one page of the API holds. */
export function useImageClusters(resourceId: string) {
  return useAnswer<{ cluster: ImageCluster[]; nextToken?: string }>('inspector2', '/cluster/get', {
    filter: { resourceId },
    maxResults: 100,
  });
}

/** Where a vulnerability was known to run in an image since `startTime`; as many workloads as one page holds. */
export function useRunningHistory(input: { resourceArn: string; vulnerabilityId: string; startTime: number }) {
  return useAnswer<{ workloads: RanWorkload[]; nextToken?: string }>('assay', '/assay/history/running', { ...input, maxResults: 100 });
}

/** How many images fit. */
export function useImageCount(filterCriteria: NonNullable<ListCoverageInput['filterCriteria']>) {
  return useAnswer<{ totalCounts: number }>('inspector2', '/coverage/statistics/list', { filterCriteria });
}
