import type { Workload } from '@assay/core/running.ts';
import { text } from '../values.ts';
import type { CriSandbox } from './cri.ts';

/** The workload of a pod by the labels that its controllers give it, so that it stays the same when its pods are replaced. */
export function ownerOf({ name, labels }: Pick<CriSandbox, 'name' | 'labels'>): Workload {
  const label = (key: string): string => text(labels.get(key), 253);
  const hash = label('pod-template-hash');
  const template = hash === '' ? -1 : name.lastIndexOf(`-${hash}-`);
  if (template > 0) return { kind: 'Deployment', name: name.slice(0, template) };
  const job = label('batch.kubernetes.io/job-name') || label('job-name');
  // A CronJob names its Jobs by the minute: it is one workload.
  if (job !== '') return /-\d{8}$/.test(job) ? { kind: 'CronJob', name: job.replace(/-\d{8}$/, '') } : { kind: 'Job', name: job };
  if (label('statefulset.kubernetes.io/pod-name') !== '') return { kind: 'StatefulSet', name: name.replace(/-\d+$/, '') };
  if (label('controller-revision-hash') !== '') return { kind: 'DaemonSet', name: name.replace(/-[a-z0-9]{5}$/, '') };
  return { kind: 'Pod', name };
}
