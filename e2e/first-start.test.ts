import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { ListCoverageCommand } from '@aws-sdk/client-inspector2';
import { afterAll, describe, expect, test } from 'vitest';
import { allFindings, call, inspector, status } from './api.ts';
import { assay, run } from './cli.ts';
import { allProcesses, gone, postgresOf } from './processes.ts';
import { has, hasPrograms, working } from './requirements.ts';
import { cleanEnvironment, cleanUp, launch, type Service, scratch, smallProject, startService } from './service.ts';
import { matchedDirectly, storedPackages } from './stored.ts';

const folder = scratch();
const root = process.getuid?.() === 0;
const NOBODY = { uid: 65534, gid: 65534 };
afterAll(() => cleanUp(folder));

/** `vulnerability package arch` of the active findings of one resource, as the API tells them. */
async function toldFindings(service: Service, resource: string): Promise<string[]> {
  const filterCriteria = {
    resourceId: [{ comparison: 'EQUALS' as const, value: resource }],
    findingStatus: [{ comparison: 'EQUALS' as const, value: 'ACTIVE' }],
  };
  const found = await allFindings(inspector(service), { filterCriteria });
  const told = found.flatMap(({ packageVulnerabilityDetails: details }) =>
    (details?.vulnerablePackages ?? []).map((one) => `${details?.vulnerabilityId} ${one.name} ${one.arch ?? ''}`),
  );
  return [...new Set(told)].sort();
}

async function coverage(service: Service): Promise<(string | undefined)[]> {
  const { coveredResources = [] } = await inspector(service).send(new ListCoverageCommand({ maxResults: 100 }));
  return coveredResources.map((one) => one.resourceId).sort();
}

async function arnsAndStatus(service: Service): Promise<string[]> {
  return (await allFindings(inspector(service))).map((one) => `${one.findingArn} ${one.status}`).sort();
}

describe('an empty data directory', () => {
  const data = path.join(folder, 'plain');
  const resources: Record<string, string> = {};
  let service: Service;
  let before: string[] = [];

  test('becomes a service that has looked at its machine, its folder and the sample within a minute', async () => {
    service = await startService({ data, looks: true, cwd: smallProject(path.join(folder, 'checkout')) });
    const begin = performance.now();
    await service.said(/Looked at the sample.*: 344 packages, \d{3} findings/);
    await service.said(/Looked at this machine: \d+ packages/, 60_000);
    await service.said(/Looked at the folder it was started in: 1 packages, \d+ findings/);
    expect(performance.now() - begin).toBeLessThan(60_000);
    const { firstLooks } = await status(service);
    for (const look of firstLooks) resources[look.name] = look.resourceArn ?? '';
    expect(firstLooks.map((look) => [look.name, look.kind, look.state])).toEqual([
      ['checkout', 'CODE_REPOSITORY', 'DONE'],
      ['host', 'AWS_EC2_INSTANCE', 'DONE'],
      ['sample', 'AWS_ECR_CONTAINER_IMAGE', 'DONE'],
    ]);
    expect(await coverage(service)).toEqual(Object.values(resources).sort());
  }, 180_000);

  test.skipIf(!hasPrograms('dpkg-query'))('holds of this machine what dpkg-query says is installed', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's
    const format = '${db:Status-Status}\\t${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\n';
    const said = execFileSync('dpkg-query', ['-W', '-f', format], { encoding: 'utf8', maxBuffer: 1 << 26 })
      .trimEnd()
      .split('\n');
    const installed = said.filter((line) => line.startsWith('installed\t')).map((line) => line.slice('installed\t'.length));
    expect(installed.length).toBeGreaterThan(50);
    const stored = (await storedPackages(data, resources['host'] ?? '')).filter((one) => one.type === 'deb');
    const lines = stored.map((one) =>
      [one.name, one.version, one.arch, one.sourceName ?? one.name, one.sourceVersion ?? one.version].join('\t'),
    );
    expect(lines.sort()).toEqual(installed.sort());
  });

  test.each(['host', 'sample', 'checkout'])('has of the %s the findings that its database gives for these packages', async (name) => {
    const expected = matchedDirectly(data, await storedPackages(data, resources[name] ?? ''));
    expect(await toldFindings(service, resources[name] ?? '')).toEqual(expected);
    if (name !== 'host') expect(expected.length).toBeGreaterThan(0);
  });

  test('keeps its keys to itself', () => {
    expect(statSync(service.credentialsFile).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(data, 'master.key')).mode & 0o777).toBe(0o600);
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  const aws = working(['aws'], ['--version']);
  test.skipIf(!has('the AWS CLI', aws !== undefined, 'apt-get install awscli'))('prints a line that works as it is', async () => {
    const environment = { ...cleanEnvironment(folder), AWS_PAGER: '' };
    const { code, out, err } = await run(['sh', '-c', service.awsLine], { cwd: folder, environment });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect((JSON.parse(out) as { findings: unknown[] }).findings.length).toBe((await allFindings(inspector(service))).length);
  });

  test('tells nothing to whoever has no keys', async () => {
    const answer = await fetch(`${service.address}/findings/list`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(403);
    expect(JSON.stringify(await answer.json())).not.toContain('CVE-');
  });

  test('refuses a second service on the same data directory, in one sentence', async () => {
    const { code, err } = await assay(['serve'], { cwd: folder, environment: { ASSAY_DATA_DIR: data, ASSAY_PORT: '0' } });
    expect(code).toBe(3);
    expect(err.trimEnd().split('\n').at(-1)).toMatch(/^assay: Another Assay \(process \d+\) uses .*\.$/);
    expect(err).not.toContain('    at ');
  });

  test('stops on Ctrl-C with everything below it', async () => {
    before = await arnsAndStatus(service);
    const family = service.family();
    expect(family.some((one) => one.command.includes('postgres'))).toBe(true);
    process.kill(-service.pid, 'SIGINT');
    await gone(family, 15_000);
    expect(await service.exited).toBe(0);
    expect(postgresOf(data)).toEqual([]);
  });

  test('goes on from its data: the same findings under the same names, no second sample', async () => {
    service = await startService({ data, looks: true, cwd: path.join(folder, 'checkout') });
    await service.said(/Looked at the folder it was started in/);
    await service.said(/Looked at this machine/);
    expect(await arnsAndStatus(service)).toEqual(before);
    expect(await coverage(service)).toEqual(Object.values(resources).sort());
  }, 120_000);

  test('forgets the sample when asked to, for good', async () => {
    const sample = resources['sample'] ?? '';
    const removed = await call(service, '/assay/resources/delete', JSON.stringify({ resourceArn: sample }));
    expect(removed).toMatchObject({ status: 200, body: { resourceArn: sample } });
    expect(await toldFindings(service, sample)).toEqual([]);
    await service.end();
    service = await startService({ data, looks: true, environment: { ASSAY_FIRST_LOOK: '0' } });
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(await coverage(service)).toEqual([resources['checkout'], resources['host']].sort());
    await service.end();
  }, 120_000);
});

describe('an address that others can reach', () => {
  const environment = { ASSAY_HOST: '0.0.0.0' };

  test('is refused without TLS, in one sentence', async () => {
    const { code, out, err } = await assay(['serve'], {
      cwd: folder,
      environment: { ...environment, ASSAY_DATA_DIR: path.join(folder, 'open') },
    });
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(/^assay: ASSAY_HOST=0\.0\.0\.0 [^\n]*ASSAY_TLS_CERT[^\n]*\.\n$/);
  });

  test.skipIf(!hasPrograms('openssl'))(
    'is served with a certificate, below a folder that only root may enter',
    async () => {
      const closed = path.join(folder, 'closed');
      mkdirSync(closed, { mode: 0o700 });
      const [key, cert] = [path.join(closed, 'key.pem'), path.join(closed, 'cert.pem')];
      const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...names], {
        stdio: 'ignore',
      });
      const data = path.join(closed, 'data');
      const tls = { ...environment, ASSAY_TLS_CERT: cert, ASSAY_TLS_KEY: key, ASSAY_SAMPLE: '1', ASSAY_FIRST_LOOK: '0' };
      const first = await startService({ data, environment: tls });
      expect(first.address).toMatch(/^https:/);
      const port = new URL(first.address).port;
      expect(await httpsStatus(`https://localhost:${port}/`, cert)).toBe(200);
      await first.said(/Looked at the sample/);
      await first.end();
      const second = await startService({ data, environment: { ASSAY_SAMPLE: '0' } });
      expect(await coverage(second)).toEqual([]);
      expect(await allFindings(inspector(second))).toEqual([]);
      await second.end('SIGHUP');
    },
    120_000,
  );
});

describe('somebody who is not root', () => {
  test('has the same service', async () => {
    const home = path.join(folder, 'home');
    mkdirSync(home, { mode: 0o700 });
    const project = smallProject(path.join(home, 'project'));
    if (root) for (const one of [home, project]) chownSync(one, NOBODY.uid, NOBODY.gid);
    chmodSync(project, 0o755);
    const service = await startService({ data: path.join(home, 'data'), cwd: project, looks: true, ...(root ? { user: NOBODY } : {}) });
    await service.said(/Looked at the folder it was started in: 1 packages, [1-9]/);
    await service.said(/Looked at this machine: \d+ packages/);
    const uids = new Set(service.family().map((one) => statSync(`/proc/${one.pid}`).uid));
    expect([...uids]).toEqual([root ? NOBODY.uid : process.getuid?.()]);
    await service.end('SIGINT');
    expect(readFileSync(service.credentialsFile, 'utf8')).toMatch(/^\[default\]/);
  }, 120_000);
});

test('a start that is interrupted half way leaves nothing running', async () => {
  const data = path.join(folder, 'interrupted');
  for (const wait of [50, 600, 1_500]) {
    const { child } = launch({ data });
    await new Promise((resolve) => setTimeout(resolve, wait));
    process.kill(-(child.pid ?? 0), 'SIGINT');
    await gone(
      allProcesses().filter((one) => one.command.includes(data) || one.pid === child.pid),
      20_000,
    );
    expect(postgresOf(data)).toEqual([]);
  }
}, 120_000);

function httpsStatus(url: string, ca: string): Promise<number> {
  return new Promise((resolve, reject) => {
    https
      .get(url, { ca: readFileSync(ca) }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
      .on('error', reject);
  });
}
