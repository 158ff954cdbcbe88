import type { KubernetesObject } from '@assay/testkit/fake-kubernetes.ts';

export interface PodOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly node?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** A pod of this Deployment's ReplicaSet `DEPLOYMENT-HASH`. */
  readonly deployment?: string;
  readonly hash?: string;
  /** Any other controller. */
  readonly owner?: { readonly kind: string; readonly name: string; readonly uid: string };
  readonly image?: string;
  readonly imageId?: string;
  /** Of its container `app`. */
  readonly state?: unknown;
  readonly phase?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

export const RUNNING = { running: { startedAt: '2026-11-22T10:00:00Z' } };

/** A pod with one container `app`, as the API writes it. */
export function pod(options: PodOptions): KubernetesObject {
  const { name, namespace = 'shop', node = '', deployment, hash, labels, image = 'nginx:1.27', imageId = '', state = RUNNING } = options;
  const set = deployment === undefined ? undefined : { kind: 'ReplicaSet', name: `${deployment}-${hash}`, uid: `rs-${deployment}-${hash}` };
  const owner = options.owner ?? set;
  return {
    metadata: {
      name,
      namespace,
      ...(options.uid !== undefined && { uid: options.uid }),
      labels: { ...(hash !== undefined && { 'pod-template-hash': hash }), ...labels },
      ...(owner !== undefined && { ownerReferences: [{ ...owner, apiVersion: 'apps/v1', controller: true }] }),
      ...options.metadata,
    },
    spec: { containers: [{ name: 'app', image }], restartPolicy: 'Always', ...(node !== '' && { nodeName: node }), ...options.spec },
    status: {
      phase: options.phase ?? 'Running',
      containerStatuses: [{ name: 'app', image, imageID: imageId, state }],
      ...options.status,
    },
  };
}
