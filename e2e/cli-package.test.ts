import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const checkout = resolve(import.meta.dirname, '..');
let folder = '';
let program = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-pack-'));
  const quiet = { cwd: checkout, stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
  execFileSync('npm', ['pack', '-w', 'packages/cli', '--pack-destination', folder, '--loglevel=error'], quiet);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  execFileSync('npm', ['install', '-g', '--prefix', join(folder, 'global'), join(folder, archive), '--loglevel=error'], quiet);
  program = join(folder, 'global/bin/assay');
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function assay(...words: string[]): { code: number | null; out: string; err: string } {
  const env = { PATH: `${checkout}/node_modules/.bin:${process.env['PATH']}`, HOME: folder, ASSAY_DATA_DIR: join(folder, 'data') };
  const done = spawnSync(program, words, { cwd: folder, env, encoding: 'utf8' });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

test('the packed command line installs globally and scans without anything else', () => {
  expect(assay('--version')).toMatchObject({ code: 0, out: '0.3.0\n', err: '' });
  const app = join(folder, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'requirements.txt'), 'django==2.2.0\n');
  const { code, out } = assay('scan', app, '--format', 'json', '--fail-on', 'any');
  const result = JSON.parse(out) as { packages: { name: string }[]; database: { origin: string }; findings: unknown[] };
  expect(result.packages.map((item) => item.name)).toEqual(['django']);
  expect(result.database.origin).toBe('snapshot');
  expect(result.findings.length).toBeGreaterThan(0);
  expect(code).toBe(1);
});

test('it is the collector too', () => {
  const { code, err } = assay('collect', '--kind', 'docker', '--set', 'colour=red');
  expect([code, err]).toEqual([2, expect.stringMatching(/^assay: --set colour is not known to docker/)]);
  const token = 'a'.repeat(43);
  const env: Record<string, string> = {
    ...{ PATH: `${checkout}/node_modules/.bin:${process.env['PATH']}`, HOME: folder, ASSAY_COLLECTOR_TOKEN: token },
  };
  const collect = (...words: string[]) => {
    const { status, stderr } = spawnSync(program, ['collect', ...words], { cwd: folder, env, encoding: 'utf8' });
    return [status, stderr];
  };
  const docker = collect('--kind', 'docker', '--set', `address=unix://${folder}/no.sock`);
  expect(docker).toEqual([3, expect.stringMatching(/\nassay: [^\n]*(ENOENT|no\.sock)[^\n]*\n$/)]);
  // What is loaded at its first use only: a reader of YAML, clients of AWS.
  const cluster = { clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:1' } }], users: [{ name: 'u', user: { token: 't' } }] };
  const contexts = [{ name: 'c', context: { cluster: 'k', user: 'u' } }];
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify({ 'current-context': 'c', contexts, ...cluster }));
  expect(collect('--kind', 'kubernetes', '--secret-file', 'kubeconfig')).toEqual([
    3,
    expect.stringContaining('127.0.0.1:1 cannot be reached'),
  ]);
  const machine = ['--set', 'regions=us-east-1', '--set', 'credentials=machine'];
  env['AWS_EC2_METADATA_DISABLED'] = 'true';
  expect(collect('--kind', 'ecs', ...machine)).toEqual([3, expect.stringContaining('This machine has no credentials of AWS')]);
});

test('a closed pipe and a target that is not there are no accidents', () => {
  expect(assay('scan', join(folder, 'missing.tar'))).toMatchObject({
    code: 3,
    err: expect.stringMatching(/^assay: There is no file .*\n$/),
  });
  const env = { PATH: `${checkout}/node_modules/.bin:${process.env['PATH']}`, HOME: folder };
  const piped = spawnSync('sh', ['-c', '"$0" scan --help | head -1', program], { env, encoding: 'utf8' });
  expect(piped.stderr).toBe('');
  expect(piped.stdout).toMatch(/^Find known vulnerabilities/);
});
