import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ScanResult } from '@assay/core/scan-result.ts';
import { buildImage, buildIndex, layoutFiles, writeFiles } from '@assay/testkit/image-builder.ts';
import { unpackTestData } from '@assay/testkit/test-data.ts';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, type Ran } from './cli.ts';
import { type BuiltImage, buildDebian, dpkgOf, type Registry, skopeo, startRegistry, writeDockerConfig } from './images.ts';
import { hasData, hasPrograms } from './requirements.ts';
import { cleanUp, ROOT, scratch } from './service.ts';

const possible = hasPrograms('mmdebstrap', 'umoci', 'skopeo', 'docker-registry', 'dpkg-query');
const folder = scratch();
const work = path.join(folder, 'work');
let image: BuiltImage;
const registries: Registry[] = [];
const targets: Record<string, { target: string; environment?: Record<string, string>; platform?: string }> = {};

const scan = (target: string, ...words: readonly string[]): Promise<Ran> => assay(['scan', target, ...words], { cwd: work });
const json = (ran: Ran): ScanResult => JSON.parse(ran.out) as ScanResult;

beforeAll(async () => {
  mkdirSync(work);
  if (!possible) return;
  image = buildDebian(folder);
  const archive = path.join(folder, 'app.tar');
  skopeo('copy', `oci:${image.layout}:app`, `docker-archive:${archive}:example/app:1`);
  const storage = path.join(folder, 'registry');
  const open = await startRegistry(storage, 'open');
  const closed = await startRegistry(storage, 'basic');
  registries.push(open, closed);
  skopeo('copy', '--dest-tls-verify=false', `oci:${image.layout}:app`, `docker://${open.host}/team/app:1`);
  targets['OCI layout'] = { target: `${image.layout}:app` };
  targets['docker archive'] = { target: archive };
  targets['registry'] = { target: `${open.host}/team/app:1` };
  targets['registry with a password'] = {
    target: `${closed.host}/team/app:1`,
    environment: { DOCKER_CONFIG: writeDockerConfig(path.join(folder, 'docker'), closed.host) },
  };
  targets['root file system'] = { target: image.rootOf.app };
}, 240_000);
afterAll(async () => {
  for (const registry of registries) registry.close();
  await cleanUp(folder);
});

/** What a scan says of content, without where it lay and when it was asked. */
function content(result: ScanResult): unknown {
  const packages = result.packages.map(({ purl, paths, type, sourceName, sourceVersion }) => ({
    purl,
    paths,
    type,
    sourceName,
    sourceVersion,
  }));
  const findings = result.findings.map(({ vulnerabilityId, severity, fixedIn, reason, package: { purl, paths } }) => ({
    vulnerabilityId,
    severity,
    fixedIn,
    reason,
    purl,
    paths,
  }));
  return { packages, findings, gaps: result.gaps, distro: result.distro, bySeverity: result.summary.bySeverity };
}

describe.skipIf(!possible)('a Debian image', () => {
  const results = new Map<string, ScanResult>();

  test.each(['OCI layout', 'docker archive', 'registry', 'registry with a password', 'root file system'])(
    'is scanned as %s',
    async (kind) => {
      const { target, environment } = targets[kind] as { target: string; environment?: Record<string, string> };
      const ran = await assay(['scan', target, '--format', 'json'], { cwd: work, ...(environment === undefined ? {} : { environment }) });
      expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
      results.set(kind, json(ran));
    },
  );

  test('has the packages that dpkg names, and of the application what the last layer left', () => {
    const result = results.get('OCI layout') as ScanResult;
    const deb = result.packages.filter((one) => one.type === 'deb');
    const expected = dpkgOf(image.rootOf.app);
    expect(expected.some((line) => line.startsWith('libcurl4 '))).toBe(false);
    expect(deb.map((one) => `${one.name} ${one.version} ${one.arch}`).sort()).toEqual(expected);
    expect(result.packages.filter((one) => one.type !== 'deb').map((one) => one.purl)).toEqual([
      'pkg:npm/lodash@4.17.15',
      'pkg:pypi/django@3.2.0',
    ]);
    expect(result.findings.length).toBeGreaterThan(20);
  });

  test('is the same however it comes', () => {
    const [first, ...others] = [...results.values()].map(content);
    expect(results.size).toBe(5);
    for (const other of others) expect(other).toEqual(first);
  });

  test('of a registry is refused without its password, in one sentence', async () => {
    const ran = await scan(`${registries[1]?.host}/team/app:1`);
    expect(ran).toMatchObject({ code: 3, out: '' });
    expect(ran.err).toMatch(/^assay: [^\n]*(credentials|log in|password|docker login)[^\n]*\n$/i);
  });

  test('has before the last layer what that layer deleted', async () => {
    const result = json(await scan(`${image.layout}:base`, '--format', 'json'));
    expect(result.packages.map((one) => `${one.name} ${one.version} ${one.arch}`).sort()).toEqual(dpkgOf(image.rootOf.base));
  });

  test('ends a pipeline by severity, and --only-fixed leaves the rest out', async () => {
    const all = results.get('OCI layout') as ScanResult;
    const target = `${image.layout}:app`;
    const worst =
      ['critical', 'high', 'medium', 'low'].filter((name) => all.summary.bySeverity[name.toUpperCase() as 'LOW'] > 0)[0] ?? 'any';
    expect((await scan(target, '--fail-on', worst)).code).toBe(1);
    expect((await scan(target, '--fail-on', 'any')).code).toBe(1);
    if (worst !== 'critical') expect((await scan(target, '--fail-on', 'critical')).code).toBe(0);
    expect((await scan(target, '--fail-on', 'worst')).code).toBe(2);
    const fixed = json(await scan(target, '--only-fixed', '--format', 'json'));
    expect(fixed.findings).toEqual(all.findings.filter((one) => one.fixedIn !== null));
  });

  test('is written in every format, each valid', async () => {
    const target = `${image.layout}:app`;
    const table = await scan(target);
    expect(table.out).toMatch(/CVE-\d{4}-\d+ +\S+ +\S+/);
    expect(table.out).toMatch(/\d+ findings in \d+ packages/);
    for (const [format, check] of Object.entries(checks())) {
      const file = path.join(work, `out.${format}`);
      const ran = await scan(target, '--format', format, '--output', file);
      expect({ code: ran.code, out: ran.out, err: ran.err }).toEqual({ code: 0, out: '', err: '' });
      check(JSON.parse(readFileSync(file, 'utf8')), results.get('OCI layout') as ScanResult);
    }
  });

  test('becomes an SBOM that scans to the same findings', async () => {
    const names = (result: ScanResult) =>
      result.findings.map((one) => `${one.vulnerabilityId} ${one.package.name} ${one.package.version}`).sort();
    for (const format of ['cyclonedx', 'spdx']) {
      const file = path.join(work, `bom-${format}.json`);
      const made = await assay(['sbom', `${image.layout}:app`, '--format', format, '-o', file], { cwd: work });
      expect(made).toMatchObject({ code: 0, err: '' });
      expect(names(json(await scan(file, '--format', 'json')))).toEqual(names(results.get('OCI layout') as ScanResult));
    }
  });
});

// biome-ignore lint/suspicious/noExplicitAny: whatever JSON the program wrote
type Check = (document: any, result: ScanResult) => void;

function checks(): Record<string, Check> {
  const published = readJson(path.join(ROOT, 'docs/schemas/scan-result.schema.json'));
  const result = compile(published);
  const all: Record<string, Check> = {
    json: (document) => expect(result(document) || result.errors).toBe(true),
    sarif: (document: { version: string; runs: { results: unknown[]; tool: { driver: { rules: { id: string }[] } } }[] }, { findings }) => {
      expect(document.version).toBe('2.1.0');
      expect(document.runs[0]?.results.length).toBe(findings.length);
      expect(document.runs[0]?.tool.driver.rules.map((rule) => rule.id).sort()).toEqual(
        [...new Set(findings.map((one) => one.vulnerabilityId))].sort(),
      );
    },
  };
  if (!hasData('schemas')) return all;
  const schemas = unpackTestData('schemas') ?? '';
  const cyclonedx = compile(readJson(`${schemas}/cyclonedx/bom-1.6.schema.json`), [
    readJson(`${schemas}/cyclonedx/spdx.schema.json`),
    readJson(`${schemas}/cyclonedx/jsf-0.82.schema.json`),
  ]);
  const spdx = compile(readJson(spdxSchema(schemas)));
  return {
    ...all,
    cyclonedx: (document: { components: unknown[] }, { packages }) => {
      expect(cyclonedx(document) || cyclonedx.errors).toBe(true);
      expect(document.components.length).toBeGreaterThanOrEqual(packages.length);
    },
    spdx: (document: { packages: unknown[] }, { packages }) => {
      expect(spdx(document) || spdx.errors).toBe(true);
      expect(document.packages.length).toBeGreaterThanOrEqual(packages.length);
    },
  };
}

function compile(schema: object, others: readonly object[] = []): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: true });
  addFormats.default(ajv);
  for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true);
  for (const other of others) ajv.addSchema(other);
  return ajv.compile(schema);
}

function readJson(file: string): object {
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}

function spdxSchema(schemas: string): string {
  const name = readdirSync(schemas, { recursive: true, encoding: 'utf8' }).find(
    (one) => /spdx.*2\.3.*\.json$/i.test(one) || /spdx-schema\.json$/.test(one),
  );
  return path.join(schemas, name ?? 'no SPDX schema');
}

describe('a multi-platform image', () => {
  const release = { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' };
  const layer = (arch: string) => {
    const content = `Package: libc6\nStatus: install ok installed\nArchitecture: ${arch}\nSource: glibc\nVersion: 2.36-9\n\n`;
    return { items: [release, { name: 'var/lib/dpkg/status', content }] };
  };
  const images = [buildImage({ layers: [layer('amd64')] }), buildImage({ layers: [layer('arm64')], architecture: 'arm64', variant: 'v8' })];
  const index = buildIndex(images.map((one) => ({ image: one })));
  const write = () =>
    writeFiles(
      mkdtempSync(path.join(folder, 'multi-')),
      layoutFiles(
        [{ blob: index, tag: 'many' }],
        images.flatMap((one) => one.blobs),
      ),
    );

  test('is scanned for the platform asked for, for all, and says which it has', async () => {
    const target = write();
    const arm = json(await scan(target, '--platform', 'linux/arm64', '--format', 'json'));
    expect(arm.packages.map((one) => one.arch)).toEqual(['arm64']);
    const all = JSON.parse((await scan(target, '--platform', 'all', '--format', 'json')).out) as ScanResult[];
    expect(all.flatMap((one) => one.packages.map((item) => item.arch))).toEqual(['amd64', 'arm64']);
    const none = await scan(target, '--platform', 'linux/s390x');
    expect(none).toMatchObject({ code: 3, out: '' });
    expect(none.err).toMatch(/^assay: [^\n]*linux\/s390x[^\n]*linux\/amd64[^\n]*\n$/);
    expect((await scan(target, '--platform', 'all', '--format', 'spdx', '-o', 'many.json')).code).toBe(0);
    expect(readdirSync(work).filter((name) => name.startsWith('many.'))).toEqual(['many.linux-amd64.json', 'many.linux-arm64-v8.json']);
    rmSync(target, { recursive: true });
  });
});
