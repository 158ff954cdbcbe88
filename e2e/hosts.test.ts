import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { containerd } from '@assay/connectors/clusters/containerd/containerd.ts';
import { fieldsOf, string } from '@assay/connectors/clusters/containerd/protobuf.ts';
import { docker } from '@assay/connectors/clusters/docker/docker.ts';
import type { RunningImage } from '@assay/core/running.ts';
import { grpcOverSocket } from '@assay/net/grpc.ts';
import { rowsOf, watchUntil } from '@assay/testkit/cluster-conformance.ts';
import { encoded } from '@assay/testkit/fake-cri.ts';
import { localMachine } from '@assay/testkit/source-context.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has, hasPrograms } from './requirements.ts';
import { rootOf } from './small-root.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'assay-hosts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const root = has('root', process.getuid?.() === 0, 'containers need it here');

async function socketAt(socket: string): Promise<void> {
  for (let tries = 0; tries < 100 && !existsSync(socket); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe.runIf(root && hasPrograms('podman', 'runc'))('a real host with Podman', () => {
  const socket = path.join(folder, 'podman.sock');
  const own = [
    ...['--cgroup-manager=cgroupfs', '--storage-driver=vfs', '--events-backend=file', '--runtime=runc'],
    ...['--root', path.join(folder, 'root'), '--runroot', path.join(folder, 'run'), '--tmpdir', path.join(folder, 'tmp')],
  ];
  const podman = (...words: string[]): string => execFileSync('podman', [...own, ...words], { encoding: 'utf8' });
  const image = 'registry.example/team/app:v1';
  // Limits that a machine without CAP_SYS_RESOURCE can set.
  const run = (...words: string[]): string =>
    podman('run', '--network=none', '--ulimit=nofile=4096:4096', '--ulimit=nproc=4096:4096', ...words);
  let service: ChildProcess;

  beforeAll(async () => {
    const entry = ['--change', 'ENTRYPOINT ["/bin/sleep"]', '--change', 'CMD ["600"]'];
    podman('import', ...entry, rootOf(folder, '/bin/sleep'), image);
    service = spawn('podman', [...own, 'system', 'service', '--time=0', `unix://${socket}`], { stdio: 'ignore' });
    await socketAt(socket);
  });
  afterAll(() => {
    spawnSync('podman', [...own, 'rm', '--all', '--force', '--time=0']);
    service?.kill();
  });

  test('tells what runs, what ran for a moment and what ended, as Podman itself counts it', async () => {
    const id = podman('image', 'inspect', '--format', '{{.Id}}', image).trim();
    run('--detach', '--name=web', image);
    const api = ['--label=com.docker.compose.project=shop', '--label=com.docker.compose.service=api', image];
    const steps = [
      { after: 'web 1/0', act: () => run('--rm', image, '0.1') },
      { after: 'app 0/1, web 1/0', act: () => run('--detach', '--name=api-1', ...api) },
      { after: 'app 0/1, shop/api 1/0, web 1/0', act: () => run('--detach', '--name=api-2', ...api) },
      { after: 'app 0/1, shop/api 2/0, web 1/0', act: () => podman('rm', '--force', '--time=0', 'api-1') },
      { after: 'app 0/1, shop/api 1/1, web 1/0', act: () => podman('stop', '--time=0', 'web') },
      { after: 'app 0/1, shop/api 1/1, web 0/1', act: () => '' },
    ];
    let rows: readonly RunningImage[] = [];
    const told = (row: RunningImage): string =>
      `${row.workload.name} ${row.running}/${row.stopped.reduce((sum, { count }) => sum + count, 0)}`;
    await watchUntil(docker, { config: { address: `unix://${socket}` }, context: { machine: localMachine() } }, (reports) => {
      if (reports.at(-1)?.kind === 'snapshot') return false;
      rows = [...rowsOf(reports).values()];
      if (rows.map(told).sort().join(', ') === steps[0]?.after) steps.shift()?.act();
      return steps.length === 0;
    });
    const running = podman('ps', '--quiet').trim().split('\n').length;
    expect(rows.reduce((sum, row) => sum + row.running, 0)).toBe(running);
    for (const row of rows) {
      expect(row).toMatchObject({ image, imageId: `sha256:${id}`, platform: expect.stringMatching(/^linux\//) });
      expect(row.digests).toContainEqual(expect.stringMatching(/^registry\.example\/team\/app@sha256:[0-9a-f]{64}$/));
    }
  });
});

describe.runIf(root && hasPrograms('containerd', 'ctr', 'runc', 'umoci'))('a real node with containerd', () => {
  const socket = path.join(folder, 'containerd.sock');
  const image = 'registry.example/team/app:v1';
  const ctr = (...words: string[]): string =>
    execFileSync('ctr', ['--address', socket, '--namespace', 'k8s.io', ...words], { encoding: 'utf8' });
  const cri = async (method: string, message: Buffer): Promise<string> => {
    const call = { path: `/runtime.v1.RuntimeService/${method}`, message, maxBytes: 1_000_000, timeoutMs: 30_000 };
    return string(fieldsOf(await grpcOverSocket(socket)(call)), 1);
  };
  let daemon: ChildProcess;
  let sandbox = '';

  beforeAll(async () => {
    const layout = path.join(folder, 'layout');
    const unpacked = path.join(folder, 'bundle');
    const umoci = (...words: string[]) => execFileSync('umoci', words, { stdio: 'ignore' });
    umoci('init', '--layout', layout);
    umoci('new', '--image', `${layout}:v1`);
    umoci('unpack', '--image', `${layout}:v1`, unpacked);
    execFileSync('tar', ['--extract', '--file', rootOf(folder, '/bin/sleep'), '--directory', path.join(unpacked, 'rootfs')]);
    umoci('repack', '--image', `${layout}:v1`, unpacked);
    umoci('config', '--image', `${layout}:v1`, '--config.entrypoint', '/bin/sleep', '--config.cmd', '600');
    execFileSync('tar', ['--create', '--file', path.join(folder, 'app.tar'), '--directory', layout, '.']);
    writeFileSync(path.join(folder, 'containerd.toml'), configuration(folder, { socket, sandboxImage: image }));
    daemon = spawn('containerd', ['--config', path.join(folder, 'containerd.toml')], { stdio: 'ignore' });
    await socketAt(socket);
    ctr('images', 'import', '--snapshotter', 'native', '--base-name', image.replace(/:v1$/, ''), path.join(folder, 'app.tar'));
  });
  afterAll(async () => {
    for (const method of ['StopPodSandbox', 'RemovePodSandbox']) if (sandbox !== '') await cri(method, encoded({ 1: sandbox }));
    daemon?.kill();
    await new Promise((resolve) => daemon?.once('exit', resolve));
  });

  test('tells the containers of a pod under its owner, running and ended', async () => {
    // Network and processes of the node: a pod of its own needs plugins that are not here.
    const ofTheNode = encoded({ 2: encoded({ 1: encoded({ 1: 2, 2: 1 }) }) });
    const metadata = encoded({ 1: 'web-h1-abcde', 2: 'uid-1', 3: 'shop' });
    const pod = encoded({ 1: metadata, 3: path.join(folder, 'logs'), 6: { 'pod-template-hash': 'h1' }, 8: ofTheNode });
    sandbox = await cri('RunPodSandbox', encoded({ 1: pod }));
    for (const [name, seconds] of [
      ['app', '600'],
      ['init', '0.1'],
    ] as const) {
      const container = encoded({ 1: encoded({ 1: name }), 2: encoded({ 1: image }), 4: seconds, 11: `${name}.log`, 15: encoded({}) });
      await cri('StartContainer', encoded({ 1: await cri('CreateContainer', encoded({ 1: sandbox, 2: container, 3: pod })) }));
    }
    const watched = { config: { address: `unix://${socket}` }, context: { machine: localMachine() } };
    const running = [...rowsOf(await watchUntil(containerd, watched, (told) => told.at(-1)?.kind === 'health')).values()];
    const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
    const web = { namespace: 'shop', workload: { kind: 'Deployment', name: 'web' }, image, imageId: digest, platform: 'linux/amd64' };
    expect(running).toMatchObject([{ ...web, digests: [digest], running: 1, stopped: [] }]);
    await cri('StopPodSandbox', encoded({ 1: sandbox }));
    const ended = [...rowsOf(await watchUntil(containerd, watched, (told) => told.at(-1)?.kind === 'health')).values()];
    expect(ended).toMatchObject([{ ...web, running: 0, stopped: [{ count: 1 }] }]);
  });

  test('tells containers outside the CRI with their namespace, until they are removed', async () => {
    const own = (...words: string[]): string =>
      execFileSync('ctr', ['--address', socket, '--namespace', 'default', ...words], { encoding: 'utf8' });
    own('images', 'import', '--snapshotter', 'native', '--base-name', image.replace(/:v1$/, ''), path.join(folder, 'app.tar'));
    own('run', '--detach', '--null-io', '--snapshotter', 'native', image, 'alone');
    const target = /sha256:[0-9a-f]{64}/.exec(own('images', 'list', `name==${image}`))?.[0];
    const watched = { config: { address: `unix://${socket}` }, context: { machine: localMachine() } };
    const outside = async () =>
      [...rowsOf(await watchUntil(containerd, watched, (told) => told.at(-1)?.kind === 'health')).values()].filter(
        ({ namespace }) => namespace === 'default',
      );
    const row = { workload: { kind: 'Container', name: 'alone' }, image, imageId: `${image.replace(/:v1$/, '')}@${target}`, running: 1 };
    expect(await outside()).toMatchObject([row]);
    own('tasks', 'delete', '--force', 'alone');
    expect(await outside()).toEqual([]);
    own('containers', 'delete', 'alone');
  });
});

function configuration(folder: string, { socket, sandboxImage }: { readonly socket: string; readonly sandboxImage: string }): string {
  return `version = 2
root = "${folder}/containerd"
state = "${folder}/containerd-state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${sandboxImage}"
  disable_cgroup = true
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
`;
}
