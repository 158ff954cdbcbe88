import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { docker } from '@assay/connectors/clusters/docker/docker.ts';
import type { RunningImage } from '@assay/core/running.ts';
import { rowsOf, watchUntil } from '@assay/testkit/cluster-conformance.ts';
import { localMachine } from '@assay/testkit/source-context.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPrograms } from './requirements.ts';
import { rootOf } from './small-root.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'assay-hosts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const possible = process.getuid?.() === 0 && hasPrograms('podman', 'runc');
describe.runIf(possible)('a real host with Podman', () => {
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
    for (let tries = 0; tries < 100 && !existsSync(socket); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
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
