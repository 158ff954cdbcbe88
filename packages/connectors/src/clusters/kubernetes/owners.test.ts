import { describe, expect, it } from 'vitest';
import { type OwnerId, Owners, type WorkloadName } from './owners.ts';

const controller = (kind: string, name: string) => [{ kind, name, uid: `${kind}-${name}`, controller: true }];
const of = (kind: string, name: string, labels: Readonly<Record<string, string>> = {}) => ({
  ...{ namespace: 'shop', name: 'pod-1', node: 'n1', labels },
  owner: { kind, name, uid: `uid-${name}` },
});
const object = (name: string, ownerReferences: unknown[] = [], labels: object = {}) => ({
  metadata: { namespace: 'shop', name, uid: `uid-${name}`, ownerReferences, labels },
});

describe('the workload of a pod', () => {
  it.each([
    ['a Deployment by the hash in its name', of('ReplicaSet', 'web-7f', { 'pod-template-hash': '7f' }), 'Deployment', 'web'],
    ['a ReplicaSet that nobody made', of('ReplicaSet', 'web-7f'), 'ReplicaSet', 'web-7f'],
    ['a ReplicaSet with another hash', of('ReplicaSet', 'web-7f', { 'pod-template-hash': '8a' }), 'ReplicaSet', 'web-7f'],
    ['a CronJob by the minute in the name of its Job', of('Job', 'nightly-29034720'), 'CronJob', 'nightly'],
    ['a Job', of('Job', 'import-7'), 'Job', 'import-7'],
    ['a StatefulSet', of('StatefulSet', 'db'), 'StatefulSet', 'db'],
    ['what an operator made', of('Rollout', 'web'), 'Rollout', 'web'],
    ['nothing', { ...of('', ''), owner: undefined }, 'Pod', 'pod-1'],
    ['a static pod', { ...of('Node', 'n1'), name: 'kube-apiserver-n1' }, 'StaticPod', 'kube-apiserver'],
  ])('%s', (_, pod, kind, name) => {
    expect(new Owners(() => {}).workloadOf(pod)).toEqual({ kind, name });
  });

  it('is what the owner itself says, once it is heard', () => {
    const changes: [OwnerId, WorkloadName][] = [];
    const owners = new Owners((owner, workload) => changes.push([owner, workload]));
    const sets = owners.list('/rs', 'ReplicaSet');
    const jobs = owners.list('/jobs', 'Job');
    const hash = { 'pod-template-hash': '7f' };
    for (const list of [sets, jobs]) list.begin();
    sets.put(object('web-7f', controller('Deployment', 'web'), hash));
    sets.put(object('api-7f', controller('Rollout', 'api'), hash));
    jobs.put(object('backup-12345678'));
    jobs.put(object('nightly-29034720', controller('CronJob', 'nightly')));
    for (const list of [sets, jobs]) list.end();
    expect(owners.workloadOf(of('ReplicaSet', 'web-7f', hash))).toEqual({ kind: 'Deployment', name: 'web' });
    expect(owners.workloadOf(of('ReplicaSet', 'api-7f', hash))).toEqual({ kind: 'Rollout', name: 'api' });
    expect(owners.workloadOf(of('Job', 'backup-12345678'))).toEqual({ kind: 'Job', name: 'backup-12345678' });
    expect(changes.map(([{ uid }, { kind }]) => [uid, kind])).toEqual([
      ['uid-api-7f', 'Rollout'],
      ['uid-backup-12345678', 'Job'],
    ]);
    // A pod of another namespace that claims the same owner is not led astray.
    expect(owners.workloadOf({ ...of('ReplicaSet', 'api-7f', hash), namespace: 'other' })).toEqual({ kind: 'Deployment', name: 'api' });
    sets.begin();
    sets.put(object('web-7f', controller('Deployment', 'web'), hash));
    sets.end();
    expect(owners.workloadOf(of('ReplicaSet', 'api-7f', hash))).toEqual({ kind: 'Deployment', name: 'api' });
    expect(owners.workloadOf(of('Job', 'backup-12345678'))).toEqual({ kind: 'Job', name: 'backup-12345678' });
  });
});
