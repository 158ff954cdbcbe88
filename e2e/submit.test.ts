import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ScanResult } from '@assay/core/scan-result.ts';
import { writeLayout } from '@assay/testkit/image-builder.ts';
import { unpackTestData } from '@assay/testkit/test-data.ts';
import { ListCoverageCommand } from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFindings, bomOf, inspector } from './api.ts';
import { assay, type Ran } from './cli.ts';
import { hasData } from './requirements.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const folder = scratch();
const data = path.join(folder, 'data');
let service: Service;
beforeAll(async () => {
  service = await startService({ data });
}, 120_000);
afterAll(() => cleanUp(folder));

interface Submitted {
  readonly jobId: string;
  readonly status: string;
  readonly resourceArn: string;
  readonly packageCount: number;
  readonly gapCount: number;
  readonly findingCounts: { readonly all: number };
}
const environment = { ASSAY_DATA_DIR: data };
const submit = (target: string, ...words: readonly string[]): Promise<Ran> =>
  assay(['submit', target, '--server', service.address, '--format', 'json', ...words], { cwd: folder, environment });
const answer = async (target: string, ...words: readonly string[]): Promise<Submitted> => {
  const ran = await submit(target, ...words);
  expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
  return JSON.parse(ran.out) as Submitted;
};
const covered = async (): Promise<string[]> =>
  ((await inspector(service).send(new ListCoverageCommand({ maxResults: 100 }))).coveredResources ?? [])
    .map((one) => one.resourceId ?? '')
    .sort();

/** `vulnerability package` of a resource's findings, and of a scan of the same thing without a server. */
async function stored(arn: string): Promise<string[]> {
  const found = await allFindings(inspector(service), { filterCriteria: { resourceId: [{ comparison: 'EQUALS', value: arn }] } });
  const names = found.flatMap(({ packageVulnerabilityDetails: details }) =>
    (details?.vulnerablePackages ?? []).map((one) => `${details?.vulnerabilityId} ${one.name}`),
  );
  return [...new Set(names)].sort();
}
async function scanned(target: string): Promise<string[]> {
  const { out } = await assay(['scan', target, '--format', 'json'], { cwd: folder, environment });
  return [...new Set((JSON.parse(out) as ScanResult).findings.map((one) => `${one.vulnerabilityId} ${one.package.name}`))].sort();
}

describe('assay submit', () => {
  test('keeps an image: the service finds what a scan finds', async () => {
    const status = ['zlib1g 1:1.2.13.dfsg-1', 'libexpat1 2.5.0-1'].map((line) => {
      const [name = '', version = ''] = line.split(' ');
      const source = name === 'zlib1g' ? 'zlib' : 'expat';
      return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nSource: ${source}\nMaintainer: Debian <d@debian.org>\nVersion: ${version}\n\n`;
    });
    const items = [
      { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n' },
      { name: 'var/lib/dpkg/status', content: status.join('') },
      { name: 'srv/node_modules/lodash/package.json', content: '{"name":"lodash","version":"4.17.15"}' },
    ];
    const target = writeLayout(path.join(folder, 'image'), { layers: [{ items }] });
    const done = await answer(target, '--repository', 'registry.example:5000/shop/api', '--tag', 'v1');
    expect(done).toMatchObject({ status: 'SUCCEEDED', packageCount: 3 });
    const findings = await stored(done.resourceArn);
    expect(findings.length).toBeGreaterThan(3);
    expect(findings).toEqual(await scanned(target));
    const again = await answer(target, '--repository', 'registry.example:5000/shop/api', '--tag', 'v1');
    expect(again.resourceArn).toBe(done.resourceArn);
    expect(await covered()).toEqual([done.resourceArn]);
  });

  test('keeps an SBOM; the same content twice is one resource, another tag of it too', async () => {
    const file = path.join(folder, 'bom.cdx.json');
    writeFileSync(file, bomOf(['pkg:npm/minimist@1.2.0', 'pkg:pypi/pyyaml@5.1'], 'shop/web'));
    const first = await answer(file, '--repository', 'shop/web', '--tag', 'a');
    const second = await answer(file, '--repository', 'shop/web', '--tag', 'b');
    expect(second.resourceArn).toBe(first.resourceArn);
    expect(await stored(first.resourceArn)).toEqual(await scanned(file));
    expect((await covered()).filter((arn) => arn === first.resourceArn)).toHaveLength(1);
  });

  test.skipIf(!hasData('sboms'))('keeps SBOMs that other tools wrote of public images', async () => {
    const sboms = unpackTestData('sboms') ?? '';
    const names = readdirSync(path.join(sboms, 'bom-shelter-containers'))
      .filter((name) => /(?:python|node|postgres|alpine).*\.spdx\.json$/.test(name))
      .sort();
    expect(names.length).toBeGreaterThan(2);
    for (const name of [names[0] ?? '', names.at(-1) ?? '']) {
      const file = path.join(sboms, 'bom-shelter-containers', name);
      const done = await answer(
        file,
        '--repository',
        `public/${path
          .basename(name, '.json')
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, '-')}`,
      );
      expect(done.packageCount).toBeGreaterThan(20);
      expect(await stored(done.resourceArn)).toEqual(await scanned(file));
    }
  });

  test('says in one sentence what it cannot take, and keeps nothing of it', async () => {
    const before = await covered();
    for (const [name, text] of [
      ['broken.json', '{"bomFormat": "CycloneDX", "components": ['],
      ['other.json', '{"name": "not an SBOM"}'],
      ['forged.json', '{"assayInventory":1,"inventory":{"subject":{"kind":"image"},"packages":[{}],"gaps":[]}}'],
    ] as const) {
      writeFileSync(path.join(folder, name), text);
      const ran = await assay(['submit', name, '--server', service.address], { cwd: folder, environment });
      expect([name, ran.code]).toEqual([name, 3]);
      expect(`${ran.out}${ran.err}`).toMatch(/^[^\n]+\.\n$/);
      expect(`${ran.out}${ran.err}`).not.toMatch(/ {4}at |undefined|TypeError|Something went wrong/);
    }
    expect(await covered()).toEqual(before);
    writeFileSync(path.join(folder, 'hollow.json'), '{"bomFormat":"CycloneDX","specVersion":"1.6","components":"many"}');
    expect((await answer('hollow.json')).gapCount).toBeGreaterThan(0);
  });

  test('says in one sentence that there is no service, or that the keys are not its', async () => {
    writeFileSync(path.join(folder, 'small.json'), bomOf(['pkg:npm/a@1.0.0']));
    const nobody = await assay(['submit', 'small.json', '--server', 'http://127.0.0.1:9'], { cwd: folder, environment });
    const strange = { AWS_ACCESS_KEY_ID: 'AKIAABCDEFGHIJKLMNOP', AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) };
    const stranger = await assay(['submit', 'small.json', '--server', service.address], { cwd: folder, environment: strange });
    for (const ran of [nobody, stranger]) {
      expect({ code: ran.code, out: ran.out }).toEqual({ code: 3, out: '' });
      expect(ran.err).toMatch(/^assay: [^\n]+\n$/);
    }
  });
});

test('a sign-in link for whoever holds the keys opens the console once', async () => {
  const { code, out } = await assay(['sign-in', '--server', service.address], { cwd: folder, environment });
  expect(code).toBe(0);
  expect(out).toMatch(/http:\/\/127\.0\.0\.1:\d+\/sign-in#\S{20,}/);
});

test('a port that is taken, or a data directory that is none, is told in one sentence', async () => {
  const { port } = new URL(service.address);
  const taken = await assay(['serve'], { cwd: folder, environment: { ASSAY_DATA_DIR: path.join(folder, 'second'), ASSAY_PORT: port } });
  expect(taken.code).toBe(3);
  expect(taken.err.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^assay: .*${port}.*\\.$`));
  writeFileSync(path.join(folder, 'file'), '');
  const none = await assay(['serve'], { cwd: folder, environment: { ASSAY_DATA_DIR: path.join(folder, 'file') } });
  expect(none.code).toBe(3);
  expect(none.err).toMatch(/^assay: [^\n]+\n$/);
  expect(none.err).not.toContain('Something went wrong');
  expect(existsSync(path.join(folder, 'second/pg18/postmaster.pid'))).toBe(false);
}, 60_000);
