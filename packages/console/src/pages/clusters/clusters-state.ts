export const TABS = ['clusters', 'map', 'unresolved', 'collectors'] as const;
export type Tab = (typeof TABS)[number];

/** What the address says: a tab, or a cluster with what of it is looked at. */
export interface ClustersState {
  readonly tab: Tab;
  readonly cluster: string | null;
  /** Null: all of them. Empty where the cluster has none. */
  readonly namespace: string | null;
  /** Namespace, kind and name. */
  readonly workload: WorkloadKey | null;
}
export interface WorkloadKey {
  readonly namespace: string;
  readonly type: string;
  readonly name: string;
}
export const ALL_CLUSTERS: ClustersState = { tab: 'clusters', cluster: null, namespace: null, workload: null };

/** `?cluster=arn…&ns=shop&workload=shop/Deployment/web`; neither a namespace nor a kind has a slash in it. */
export function parseClusters(search: string): ClustersState {
  const parameters = new URLSearchParams(search);
  const cluster = parameters.get('cluster');
  if (cluster === null || cluster === '') return { ...ALL_CLUSTERS, tab: TABS.find((tab) => tab === parameters.get('tab')) ?? 'clusters' };
  const [namespace, type, ...name] = parameters.get('workload')?.split('/') ?? [];
  const workload = namespace === undefined || type === undefined || name.length === 0 ? null : { namespace, type, name: name.join('/') };
  return { tab: 'clusters', cluster, namespace: parameters.get('ns'), workload };
}

export function formatClusters({ tab, cluster, namespace, workload }: ClustersState): string {
  const parameters = new URLSearchParams();
  if (cluster === null) {
    if (tab !== 'clusters') parameters.set('tab', tab);
  } else {
    parameters.set('cluster', cluster);
    if (namespace !== null) parameters.set('ns', namespace);
    if (workload !== null) parameters.set('workload', workloadKey(workload));
  }
  const text = parameters.toString();
  return text === '' ? '/clusters' : `/clusters?${text}`;
}

export function workloadKey({ namespace, type, name }: WorkloadKey): string {
  return `${namespace}/${type}/${name}`;
}
