import type { Exposure } from './score.ts';

/** From where a workload can be reached; the nearest to the outside wins. Codes of `running_image.reach`; never reuse a number. */
export const REACH_CODES = { UNKNOWN: 0, INTERNET: 1, PRIVATE_NETWORK: 2, CLUSTER: 3, NONE: 4 } as const;
export type Reach = keyof typeof REACH_CODES;

/** What the score makes of it. */
export const EXPOSURE_OF_REACH: Readonly<Record<Reach, Exposure>> = {
  UNKNOWN: 'UNKNOWN',
  INTERNET: 'INTERNET',
  PRIVATE_NETWORK: 'PRIVATE_NETWORK',
  CLUSTER: 'CLUSTER_OR_NONE',
  NONE: 'CLUSTER_OR_NONE',
};

/** What tells where an image runs. Kubernetes clusters are EKS on the wire, everything else ECS. */
const CLUSTER_PROVIDERS = ['kubernetes', 'ecs', 'docker', 'podman', 'containerd', 'nomad'] as const;
export type ClusterProvider = (typeof CLUSTER_PROVIDERS)[number];

/** A cluster, or a host that runs containers by itself. */
export interface ClusterIdentity {
  readonly provider: ClusterProvider;
  /** Never given twice: UID of the namespace kube-system, ARN of an ECS cluster, machine id of a host. */
  readonly uid: string;
  readonly name: string;
  readonly version?: string;
}

export interface Workload {
  /** `Deployment`, `CronJob`, …; `Service` or `Task` of ECS and Nomad `Job`; `Container` of a host. */
  readonly kind: string;
  readonly name: string;
}

/** Containers that ended within one hour. */
export interface StoppedHour {
  /** Milliseconds since the epoch, start of the hour. */
  readonly hour: number;
  /** All that ended in it so far, so that hearing it twice changes nothing. */
  readonly count: number;
}

/**
 * One image in one workload of one cluster. Its key is namespace, workload, definition, imageId (`image` where a runtime has not said it yet)
 * and platform; the rest are absolute values, so that hearing it twice, or late, changes nothing.
 */
export interface RunningImage {
  /** Empty outside Kubernetes. */
  readonly namespace: string;
  readonly workload: Workload;
  /** ECS: ARN of the task definition. Else empty. */
  readonly definition: string;
  /** As the workload names it: `nginx:1.27`. */
  readonly image: string;
  /** As the runtime tells it, unchanged: `docker.io/library/nginx@sha256:…`, `sha256:…`; empty while it has told nothing. */
  readonly imageId: string;
  /** Of the node: `linux/arm64`, `linux/arm/v7`; empty when unknown. */
  readonly platform: string;
  /** Other forms under which the same host knows the image: its id and its repository digests. */
  readonly digests?: readonly string[];
  /** Pods, tasks or containers that use it now. A unit with several containers of the image counts once. */
  readonly running: number;
  /** Milliseconds: when it was last seen to run; of what ended, the end. */
  readonly lastSeen: number;
  /** At most the last 24 hours. */
  readonly stopped: readonly StoppedHour[];
  readonly reach: Reach;
}

/** Which part of a cluster a report speaks for; what lies outside is not gone. */
export type ClusterScope = { readonly all: true } | { readonly namespaces: readonly string[] };

/** How a collector is doing. */
export interface ClusterHealth {
  /** Milliseconds between something happening and our knowing, of late. */
  readonly lag: number;
  readonly relists: number;
  /** Times the server said that our place in its history is gone. */
  readonly expired: number;
  /** Pods, tasks, containers known now. */
  readonly units: number;
  /** What cannot be seen, in sentences for people: a missing permission, a cluster that is locked. */
  readonly problems: readonly string[];
  /** The cluster no longer exists; its last snapshot was empty and nothing will follow. */
  readonly gone?: true;
}

/** What a source of running images says, in order. `snapshot` is everything inside its scope; a `change` replaces the rows of its keys. */
export type ClusterReport =
  | { readonly kind: 'snapshot'; readonly cluster: ClusterIdentity; readonly scope: ClusterScope; readonly images: Iterable<RunningImage> }
  | { readonly kind: 'change'; readonly cluster: ClusterIdentity; readonly images: readonly RunningImage[] }
  | { readonly kind: 'health'; readonly cluster: ClusterIdentity; readonly health: ClusterHealth };
