import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEnvironment } from '../ui/environment.tsx';
import type { SeverityCounts } from './types.ts';
import { useAnswer } from './use-answer.ts';

export type ClusterStatus = Cluster['status'];
export type Reach = WorkloadImage['reach'];
export type Confidence = WorkloadImage['confidence'];

export type Cluster = Wire<assay.ClusterSummary>;
export type Namespace = Wire<assay.ClusterNamespace>;
export type WorkloadImage = Wire<assay.WorkloadImage>;
export type Workload = Wire<assay.ClusterWorkload>;
export type MappedCluster = Wire<assay.MappedCluster>;
export type MappedWorkload = Wire<assay.MappedWorkload>;
export type UnresolvedImage = Wire<assay.UnresolvedImage>;

/** How often what runs is asked again: it changes within seconds. */
const POLL = 15_000;
/** Values that one filter of an aggregation takes. */
const FILTER_VALUES = 10;
const MOST_NAMESPACES = 100;
const WORKLOADS_A_PAGE = 100;
const WORKLOADS = '/assay/clusters/workloads/list';

export function useClusters(nextToken: string | undefined) {
  return useList<{ clusters: Cluster[]; nextToken?: string }>('/assay/clusters/list', { maxResults: 50, nextToken });
}
export function useCluster(clusterArn: string) {
  return useList<{ cluster: Cluster }>('/assay/clusters/get', { clusterArn });
}
export function useUnresolvedImages(nextToken: string | undefined) {
  return useList<{ images: UnresolvedImage[]; nextToken?: string }>('/assay/clusters/unresolved/list', { maxResults: 50, nextToken });
}
/** All that runs in all clusters, up to 5,000 workloads: asked again once a minute. */
export function useRunningMap() {
  return useAnswer<Wire<assay.GetRunningMapResponse>>('assay', '/assay/clusters/map/get', {}, 60_000);
}
/** `namespace` null: all. */
export function useWorkloads(clusterArn: string, namespace: string | null, nextToken: string | undefined) {
  return useList<{ workloads: Workload[]; nextToken?: string }>(WORKLOADS, {
    clusterArn,
    ...(namespace === null ? {} : { namespace }),
    maxResults: WORKLOADS_A_PAGE,
    nextToken,
  });
}
/** Null: it does not run, and did not within a day. */
export function useWorkload(clusterArn: string, wanted: Pick<Workload, 'namespace' | 'type' | 'name'>) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['workload', clusterArn, wanted],
    refetchInterval: POLL,
    queryFn: async ({ signal }) => {
      let nextToken: string | undefined;
      do {
        const body = { clusterArn, namespace: wanted.namespace, maxResults: WORKLOADS_A_PAGE, nextToken };
        const page = await client.ask<{ workloads: Workload[]; nextToken?: string }>('assay', WORKLOADS, body, signal);
        const found = page.workloads.find(({ type, name }) => type === wanted.type && name === wanted.name);
        if (found !== undefined) return found;
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return null;
    },
  });
}
export function useNamespaces(clusterArn: string) {
  const { client } = useEnvironment();
  return useInfiniteQuery({
    queryKey: ['namespaces', clusterArn],
    queryFn: ({ signal, pageParam }) =>
      client.ask<{ namespaces: Namespace[]; nextToken?: string }>(
        'assay',
        '/assay/clusters/namespaces/list',
        { clusterArn, maxResults: MOST_NAMESPACES, nextToken: pageParam },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextToken,
  });
}

function useList<T>(path: string, body: unknown) {
  return useAnswer<T>('assay', path, body, POLL);
}

interface ContainerAggregation {
  responses?: { awsEcrContainerAggregation?: { resourceId?: string; severityCounts?: SeverityCounts } }[];
}
/** Active findings of each image by severity; an image that is not in it was not asked for yet. */
export function useImageFindings(resourceArns: readonly string[]) {
  const { client } = useEnvironment();
  const wanted = [...new Set(resourceArns)].sort();
  return useQuery({
    queryKey: ['image-findings', wanted],
    enabled: wanted.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const counts = new Map<string, SeverityCounts>(wanted.map((arn) => [arn, {}]));
      for (let at = 0; at < wanted.length; at += FILTER_VALUES) {
        const resourceIds = wanted.slice(at, at + FILTER_VALUES).map((value) => ({ comparison: 'EQUALS', value }));
        const body = {
          aggregationType: 'AWS_ECR_CONTAINER',
          aggregationRequest: { awsEcrContainerAggregation: { resourceIds } },
          maxResults: 100,
        };
        const { responses = [] } = await client.ask<ContainerAggregation>('inspector2', '/findings/aggregation/list', body, signal);
        for (const { awsEcrContainerAggregation: one } of responses)
          if (one?.resourceId !== undefined) counts.set(one.resourceId, one.severityCounts ?? {});
      }
      return counts;
    },
  });
}
