import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collect } from '@assay/cli/commands/collect.ts';
import { kubernetes } from '@assay/connectors/clusters/kubernetes/kubernetes.ts';
import { SETTINGS } from '@assay/server/config.ts';
import { ListFindingsCommand } from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bomOf, inspector, submit, submitted } from './api.ts';
import { freePort } from './free-port.ts';
import { aptMirror } from './images.ts';
import { until } from './processes.ts';
import { hasPrograms } from './requirements.ts';
import { ROOT } from './service.ts';

const IMAGE = `localhost/assay-e2e:${process.pid}`;
const NAME = `assay-e2e-${process.pid}`;
const folder = mkdtempSync(path.join(tmpdir(), 'assay-deploy-'));
const podman = (...words: string[]): string => execFileSync('podman', ['--cgroup-manager=cgroupfs', ...words], { encoding: 'utf8' });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const containers = process.getuid?.() === 0 && hasPrograms('podman', 'runc', 'mmdebstrap');
describe.runIf(containers)('the container image', () => {
  let address = '';

  beforeAll(async () => {
    execFileSync(path.join(ROOT, 'deploy/build-image'), [IMAGE, `deb ${aptMirror()} bookworm main`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    // As a cluster would run it: no capabilities, nothing writable but the volume. Limits that a machine without CAP_SYS_RESOURCE can set.
    podman(
      ...['run', '--detach', '--name', NAME, '--runtime=runc', '--network=host', '--read-only', '--tmpfs=/tmp', '--cap-drop=ALL'],
      ...['--security-opt=no-new-privileges', '--ulimit=nofile=4096:4096', '--ulimit=nproc=4096:4096'],
      ...['--env', `ASSAY_PORT=${port}`, '--env=ASSAY_FEED_HOURS=0', '--env=ASSAY_SAMPLE=0', '--env=ASSAY_FIRST_LOOK=0', IMAGE],
    );
    const ready = async (): Promise<boolean> => (await fetch(`${address}/health/ready`).catch(() => undefined))?.ok === true;
    await until(ready, {
      within: 90_000,
      what: () => `the container:\n${spawnSync('podman', ['logs', NAME], { encoding: 'utf8' }).stderr}`,
    });
  }, 400_000);
  afterAll(() => {
    spawnSync('podman', ['rm', '--force', NAME]);
    spawnSync('podman', ['rmi', '--force', IMAGE]);
  });

  test('serves the API on the embedded database, as nobody in particular', async () => {
    const credentialsFile = path.join(folder, 'credentials');
    writeFileSync(credentialsFile, podman('exec', NAME, 'cat', '/var/lib/assay/credentials'));
    const service = { address, credentialsFile };
    const job = await submit(service, bomOf(['pkg:npm/lodash@4.17.15']), { name: 'in-a-container' });
    expect(await submitted(service, job)).toMatchObject({ status: 'SUCCEEDED' });
    const { findings = [] } = await inspector(service).send(new ListFindingsCommand({}));
    expect(findings.length).toBeGreaterThan(0);
    expect(podman('exec', NAME, 'id', '-u').trim()).toBe('10001');
  });

  test('the doctor inside finds no problem with machine or database', () => {
    const { stdout } = spawnSync('podman', ['--cgroup-manager=cgroupfs', 'exec', NAME, 'assay', 'doctor', '--format', 'json'], {
      encoding: 'utf8',
    });
    const checks = JSON.parse(stdout) as { name: string; state: string; words: string }[];
    expect(checks.filter((one) => one.state === 'problem')).toEqual([]);
    expect(checks.find((one) => one.name === 'sandbox')?.words).toContain('file system denied');
  });

  test('stops in good order when it is told to', () => {
    podman('stop', '--time=30', NAME);
    expect(podman('inspect', '--format', '{{.State.ExitCode}}', NAME).trim()).toBe('0');
  });
});

describe.runIf(hasPrograms('systemd-analyze'))('a systemd unit', () => {
  test.each(['assay.service', 'assay-collector.service'])('is one that systemd takes: %s', (name) => {
    const unit = path.join(folder, name);
    copyFileSync(path.join(ROOT, 'deploy/systemd', name), unit);
    // The program is not installed here; everything else of the unit is looked at as it is.
    writeFileSync(unit, readFileSync(unit, 'utf8').replace('/usr/local/bin/assay', '/bin/true'));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    expect([status, stderr.split('\n').filter((line) => line.includes('assay'))]).toEqual([0, []]);
  });
});

/** helm itself is a Go program of minutes to build, so the templates are looked at without rendering them. */
function chartOf(name: string): { read(file: string): string; readonly templates: string } {
  const chart = path.join(ROOT, 'deploy/helm', name);
  const read = (file: string): string => readFileSync(path.join(chart, file), 'utf8');
  const files = readdirSync(path.join(chart, 'templates'));
  return { read, templates: files.map((file) => read(`templates/${file}`)).join('\n') };
}

describe.each(['assay', 'assay-collector'])('the Helm chart %s', (chartName) => {
  const { read, templates } = chartOf(chartName);

  test('names a version, and values that every template finds', () => {
    expect(parse(read('Chart.yaml'))).toMatchObject({ apiVersion: 'v2', name: chartName });
    const values = parse(read('values.yaml')) as Record<string, unknown>;
    const used = [...templates.matchAll(/\.Values\.([\w.]+)/g)].map((match) => match[1] ?? '');
    const find = (name: string): unknown =>
      name.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], values);
    expect(used.filter((name) => find(name) === undefined)).toEqual([]);
    expect(used.length).toBeGreaterThan(8);
  });

  test('opens and closes what it begins', () => {
    const count = (pattern: RegExp): number => [...templates.matchAll(pattern)].length;
    expect(count(/\{\{-? ?(if|range|with|define) /g)).toBe(count(/\{\{-? ?end ?-?\}\}/g));
  });
});

test('the chart of the service sets what the service knows, and asks for what it answers', () => {
  const { read, templates } = chartOf('assay');
  const known: readonly string[] = SETTINGS.map((setting) => setting.name);
  const named = [...templates.matchAll(/\bASSAY_\w+/g), ...read('values.yaml').matchAll(/\bASSAY_\w+/g)].map((match) => match[0]);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
  const probes = [...templates.matchAll(/path: (\/health\/\w+)/g)].map((match) => match[1]);
  expect(new Set(probes)).toEqual(new Set(['/health/ready', '/health/live']));
});

test('the chart of the collector starts it with options it knows, and may read what it reads and no more', () => {
  const { templates } = chartOf('assay-collector');
  const options = [...templates.matchAll(/- --([a-z-]+)=/g)].map((match) => match[1] ?? '');
  expect(options.length).toBeGreaterThan(5);
  expect(options.filter((name) => !Object.hasOwn(collect.options ?? {}, name))).toEqual([]);
  const settings = [...templates.matchAll(/--set=(\w+)=/g)].map((match) => match[1] ?? '');
  expect(settings.filter((name) => !Object.hasOwn(kubernetes.config, name))).toEqual([]);
  const verbs = [...templates.matchAll(/verbs: \[([^\]]+)\]/g)].map((match) => match[1]);
  expect(new Set(verbs)).toEqual(new Set(['list, watch', 'get']));
  const granted = [...templates.matchAll(/resources: \[([^\]]+)\]/g)].flatMap((match) => (match[1] ?? '').split(', '));
  const wanted = kubernetes.permissions
    .flatMap((line) => line.replace(/^(list, watch|get) /, '').split(', '))
    .map((name) => name.split(/[. ]/)[0]);
  expect(granted.sort()).toEqual(wanted.sort());
});
