import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { type KubernetesObject, startFakeKubernetes } from '@assay/testkit/fake-kubernetes.ts';

/**
 * Arguments: number of pods, bytes that each is longer by. An API server of a synthetic cluster; its first line of output is the kubeconfig.
 * Then a line of input each: `stream on|off`, `change RATE SECONDS`, `start NAME IMAGE`, `counts`, which are answered by a line.
 */
const [podsText = '0', paddingText = '0'] = process.argv.slice(2);
const pods = Number(podsText);
const PER_WORKLOAD = 10;
const script = { padding: Number(paddingText), watchList: true, bookmarkMs: 1000 };
const fake = await startFakeKubernetes(script);
for (let n = 0; n < pods / 50; n++) {
  const nodeInfo = { operatingSystem: 'linux', architecture: n % 3 === 0 ? 'arm64' : 'amd64' };
  fake.put('nodes', { metadata: { name: `node-${n}` }, status: { nodeInfo } });
}
for (let n = 0; n < pods / PER_WORKLOAD; n += 5) {
  const metadata = { name: `web-${n}`, namespace: `team-${n % 200}` };
  fake.put('services', { metadata, spec: { type: 'ClusterIP', selector: { app: `web-${n}` } } });
}
for (let n = 0; n < pods; n++) fake.put('pods', podOf(n, 0));
fake.compact();
console.log(JSON.stringify({ kubeconfig: fake.kubeconfig, server: fake.server }));

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...words] = line.split(' ');
  if (command === 'stream') script.watchList = words[0] === 'on';
  if (command === 'start') fake.put('pods', podRunning(words[0] ?? '', words[1] ?? ''));
  if (command === 'change') await change(Number(words[0]), Number(words[1]));
  console.log(JSON.stringify(command === 'counts' ? counts() : {}));
}
await fake.close();

/** Every third change is a new pod of the name, a new image, or nothing that matters here. */
async function change(rate: number, seconds: number): Promise<void> {
  const started = performance.now();
  for (let done = 0; done < rate * seconds; ) {
    const due = Math.min(rate * seconds, Math.floor(((performance.now() - started) / 1000) * rate));
    for (; done < due; done++) fake.put('pods', podOf((done * 7919) % pods, 1 + (done % 3)));
    if (due % 5000 < rate / 50) fake.forget(20_000);
    await pause(10);
  }
}

/** A pod of the workload `web`; the image with its digest. */
function podRunning(name: string, image: string): KubernetesObject {
  const status = { name: 'app', image, imageID: image, ready: true, state: { running: { startedAt: '2026-11-22T10:00:00Z' } } };
  return {
    metadata: {
      ...{ name, namespace: 'shop', labels: { 'pod-template-hash': '7d4f8b9c6' } },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7d4f8b9c6', uid: uidOf('web'), controller: true }],
    },
    spec: { containers: [{ name: 'app', image }], restartPolicy: 'Always' },
    status: { phase: 'Running', containerStatuses: [status] },
  };
}

function podOf(n: number, turn: number): KubernetesObject {
  const app = `web-${Math.floor(n / PER_WORKLOAD)}`;
  const hash = '7d4f8b9c6';
  const image = `registry.example/team/${app}:1.${turn}`;
  const imageID = `registry.example/team/${app}@sha256:${createHash('sha256')
    .update(`${app} ${turn === 1 ? 1 : 0}`)
    .digest('hex')}`;
  const owner = { kind: 'ReplicaSet', name: `${app}-${hash}`, uid: uidOf(app), controller: true };
  return {
    metadata: {
      ...{ name: `${app}-${hash}-${n}`, namespace: `team-${Math.floor(n / PER_WORKLOAD) % 200}` },
      ...{ uid: uidOf(`${n} ${turn === 2 ? 2 : 0}`), labels: { app, 'pod-template-hash': hash }, ownerReferences: [owner] },
    },
    spec: { nodeName: `node-${n % Math.ceil(pods / 50)}`, containers: [{ name: 'app', image }], restartPolicy: 'Always' },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'app', image, imageID, ready: turn !== 3, state: { running: { startedAt: '2026-11-22T10:00:00Z' } } }],
    },
  };
}

function uidOf(text: string): string {
  const hex = createHash('md5').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function counts(): { readonly running: number; readonly digest: string } {
  const rows = new Map<string, number>();
  for (const pod of fake.list('pods')) {
    const [status] = (pod['status'] as { containerStatuses: { imageID: string }[] }).containerStatuses;
    const key = `${pod.metadata.namespace} ${pod.metadata.labels!['app']} ${status!.imageID}`;
    rows.set(key, (rows.get(key) ?? 0) + 1);
  }
  const lines = [...rows].map(([key, running]) => `${key} ${running}`).sort();
  return { running: fake.list('pods').length, digest: createHash('sha256').update(lines.join('\n')).digest('hex') };
}
