import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import { canonicalIdentity } from '@assay/core/package.ts';
import type { ScanFinding, ScanPackage, ScanResult } from '@assay/core/scan-result.ts';
import { missingDataReason, unpackTestData } from '@assay/testkit/test-data.ts';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeCycloneDx } from './cyclonedx/write.ts';
import { writeSarif } from './sarif/write.ts';
import type { SbomContext } from './sbom/contents.ts';
import { readSbom } from './sbom/read.ts';
import { writeSpdx } from './spdx/write.ts';

const ctx: SbomContext = {
  resolveDistro: ({ id, version }) => ({ id, version, prettyName: `${id} ${version}`, namespace: `${id}:${version}` }),
};

function packages(count: number): ScanPackage[] {
  return Array.from({ length: count }, (_, i) => ({
    purl: `pkg:npm/package-${i}@1.0.${i}`,
    name: `package-${i}`,
    version: `1.0.${i}`,
    type: 'npm',
    namespace: 'npm',
    licenses: i % 2 === 0 ? ['MIT OR some words'] : [],
    paths: [`app/node_modules/package-${i}/package.json`],
    layer: null,
  }));
}

function finding(item: ScanPackage, words: string): ScanFinding {
  return {
    vulnerabilityId: 'CVE-2024-1',
    aliases: ['GHSA-1'],
    severity: 'HIGH',
    severityReason: 'because',
    score: 7.5,
    cvss: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', source: 'NVD' }],
    title: words,
    url: 'https://example.org/CVE-2024-1',
    status: 'fixed',
    fixedIn: '2.0.0',
    malicious: false,
    epss: 0.5,
    kev: false,
    package: item,
    reason: {
      searchedBy: { namespace: 'npm', name: item.name, version: item.version, via: 'package' },
      found: { advisory: 'GHSA-1', feed: 'github', range: words },
      rule: 'version-in-range',
    },
  };
}

function result(words = 'Something bad'): ScanResult {
  const items = packages(3);
  return {
    schemaVersion: 1,
    tool: { name: 'assay', version: '0.3.0' },
    createdAt: '2026-01-02T03:04:05.678Z',
    subject: {
      kind: 'image',
      name: 'registry/x:1',
      digest: `sha256:${'0'.repeat(64)}`,
      tags: [],
      platform: { os: 'linux', architecture: 'amd64' },
      layers: [],
      size: 1,
    },
    distro: { id: 'debian', version: '12', prettyName: 'Debian 12', namespace: 'debian:12' },
    database: { revision: 'a'.repeat(64), builtAt: '2026-01-01T00:00:00Z', ageDays: 1, origin: 'snapshot', enrichments: null },
    summary: {
      packages: 3,
      findings: 1,
      fixable: 1,
      gaps: 1,
      bySeverity: { UNTRIAGED: 0, INFORMATIONAL: 0, LOW: 0, MEDIUM: 0, HIGH: 1, CRITICAL: 0 },
      withheld: {},
    },
    findings: [finding(items[0]!, words)],
    packages: items,
    gaps: [{ code: 'unparsable-file', message: words, path: `a/${words}` }],
  };
}

function validator(folder: string, name: string): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
  addFormats.default(ajv);
  for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true);
  const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  if (name.startsWith('cyclonedx'))
    for (const other of ['spdx.schema.json', 'jsf-0.82.schema.json']) ajv.addSchema(read(`cyclonedx/${other}`), other);
  return ajv.compile(read(name));
}

const schemas = unpackTestData('schemas');
test.skipIf(schemas === null)(
  `written documents are valid against the published schemas${schemas === null ? ` (${missingDataReason('schemas')})` : ''}`,
  () => {
    const cyclonedx = validator(schemas!, 'cyclonedx/bom-1.6.schema.json');
    const spdx = validator(schemas!, 'spdx/spdx-schema-2.3.json');
    for (const input of [result(), { ...result(), findings: [], gaps: [], distro: null }]) {
      expect(cyclonedx(writeCycloneDx(input)) || cyclonedx.errors).toBe(true);
      expect(spdx(writeSpdx(input)) || spdx.errors).toBe(true);
    }
    expect(cyclonedx({ ...(writeCycloneDx(result()) as object), serialNumber: 'none' })).toBe(false);
  },
);

test('what we write as CycloneDX or SPDX we read back: the same purls, versions and distribution', () => {
  for (const write of [writeCycloneDx, writeSpdx]) {
    const contents = readSbom(Buffer.from(JSON.stringify(write(result()))), ctx);
    expect(contents.packages.map((item) => item.identity.purl)).toEqual(packages(3).map((item) => item.purl));
    expect(contents.packages.map((item) => item.identity.version)).toEqual(packages(3).map((item) => item.version));
    expect(contents.distro).toMatchObject({ id: 'debian', version: '12' });
    expect(contents.gaps).toEqual([]);
  }
});

test('SARIF shows no control character of a hostile name, and every location is a relative URI', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (words) => {
      const text = JSON.stringify(writeSarif(result(`${words}\u001b[2J\u202e`)), null, 1);
      expect(text).not.toMatch(/\\u00[01][0-9a-f]|\\u007f|\u202e/);
      for (const [, uri] of text.matchAll(/"uri": "([^"]*)"/g)) expect(uri).toMatch(/^[\w%.~!*'()/-]+$/);
    }),
    { seed: 3, numRuns: 200 },
  );
  const log = writeSarif(result()) as { runs: { results: unknown[]; tool: { driver: { rules: unknown[] } } }[] };
  const addresses = ['https://example.org/%40scope a', 'no address', 'https://example.org/\ud800'].map((url) => {
    const base = result();
    const text = JSON.stringify(writeSarif({ ...base, findings: base.findings.map((finding) => ({ ...finding, url })) }));
    return /"helpUri":"([^"]*)"/.exec(text)?.[1];
  });
  expect(addresses).toEqual(['https://example.org/%40scope%20a', undefined, 'https://example.org/%EF%BF%BD']);
  expect(log.runs[0]!.results).toHaveLength(1);
  expect(log.runs[0]!.tool.driver.rules).toHaveLength(1);
});

const sboms = unpackTestData('sboms');
test.skipIf(sboms === null)(
  `the SBOMs of 140 public images are read without loss${sboms === null ? ` (${missingDataReason('sboms')})` : ''}`,
  () => {
    const folder = join(sboms!, 'bom-shelter-containers');
    const files = readdirSync(folder).filter((name) => name.endsWith('.spdx.json'));
    expect(files).toHaveLength(140);
    let withDistro = 0;
    for (const file of files) {
      const bytes = readFileSync(join(folder, file));
      const contents = readSbom(bytes, ctx);
      const listed = JSON.parse(bytes.toString('utf8')).packages as {
        versionInfo?: string;
        externalRefs?: { referenceType: string; referenceLocator: string }[];
      }[];
      const seen = contents.packages.reduce((sum, item) => sum + item.evidence.length, 0);
      const unchecked = contents.gaps.filter((gap) => gap.code === 'unsupported-package').length;
      expect([file, seen + unchecked]).toEqual([file, (listed ?? []).length]);
      expect(new Set(contents.packages.map((item) => canonicalIdentity(item.identity))).size).toBe(contents.packages.length);
      if (contents.distro !== null) withDistro += 1;
      const os = contents.packages.filter((item) => ['deb', 'apk', 'rpm'].includes(item.identity.type));
      for (const item of os) expect(item.identity.namespace).toMatch(/^[a-z]+:\d/);
    }
    expect(withDistro).toBeGreaterThan(80);
  },
);

const samples = unpackTestData('aws-inspector-samples');
test.skipIf(samples === null)(
  `Amazon's own SBOMs name release, source and epoch${samples === null ? ` (${missingDataReason('aws-inspector-samples')})` : ''}`,
  () => {
    const ubuntu = readSbom(readFileSync(join(samples!, 'sboms/ubuntu:latest.json')), ctx);
    expect(ubuntu.distro).toMatchObject({ id: 'ubuntu', version: '22.04' });
    expect(ubuntu.packages.find((item) => item.identity.name === 'libacl1')?.identity).toMatchObject({
      sourceName: 'acl',
      version: '2.3.1-1',
      type: 'deb',
    });
    const alpine = readSbom(readFileSync(join(samples!, 'sboms/alpine:latest.json')), ctx);
    expect(alpine.packages.every((item) => item.identity.namespace === 'alpine:3.19.1')).toBe(true);
    const nested = readSbom(readFileSync(join(samples!, 'test_pkg_vuln/inspector-scan-cdx-nested-components.json')), ctx);
    expect(nested.packages.length + nested.gaps.length).toBeGreaterThan(0);
  },
);

test('anything else is an error in one sentence, and hostile documents of the right form are read or refused, never a crash', () => {
  for (const bytes of [
    '',
    '{',
    '<bom/>',
    'SPDXVersion: SPDX-2.3',
    '[]',
    '{"a":1}',
    '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}',
    '['.repeat(200_000),
  ]) {
    expect(() => readSbom(Buffer.from(bytes), ctx), bytes.slice(0, 20)).toThrow(AssayError);
  }
  const leaf = fc.oneof(
    fc.string(),
    fc.constant('pkg:npm/a@1'),
    fc.constant('pkg:deb/debian/a@1?distro=debian-12'),
    fc.integer(),
    fc.constant(null),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree')),
      fc.dictionary(
        fc.constantFrom(
          'purl',
          'type',
          'name',
          'version',
          'components',
          'properties',
          'licenses',
          'value',
          'externalRefs',
          'referenceType',
          'referenceLocator',
          '__proto__',
        ),
        tie('tree'),
      ),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.boolean(), (value, spdx) => {
      const document = spdx
        ? { spdxVersion: 'SPDX-2.3', packages: [value] }
        : { bomFormat: 'CycloneDX', specVersion: '1.6', components: [value], metadata: value };
      const contents = readSbom(Buffer.from(JSON.stringify(document)), ctx);
      expect(contents.packages.length > 0 || contents.gaps.some((gap) => gap.fatal)).toBe(true);
    }),
    { seed: 5, numRuns: 500 },
  );
});

test.each([
  [
    'pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12&upstream=openssl',
    { namespace: 'debian:12', sourceName: 'openssl', version: '3.0.11-1' },
  ],
  [
    'pkg:deb/debian/gcc-12-base@12.2.0-14?distro=debian-12&upstream=gcc-12%4012.2.0-13',
    { sourceName: 'gcc-12', sourceVersion: '12.2.0-13' },
  ],
  [
    'pkg:deb/ubuntu/passwd@4.8.1?distro=jammy&epoch=1&source=shadow',
    { namespace: 'ubuntu:jammy', version: '1:4.8.1', sourceName: 'shadow' },
  ],
  [
    'pkg:rpm/rhel/dbus@1.12.8-14.el8?epoch=1&arch=x86_64&upstream=dbus-1.12.8-14.el8.src.rpm&distro=rhel-8.4',
    { namespace: 'rhel:8.4', version: '1:1.12.8-14.el8', sourceName: 'dbus', sourceVersion: '1.12.8-14.el8', arch: 'x86_64' },
  ],
  ['pkg:rpm/almalinux/perl@5.26-1?distro=almalinux-8.9&rpmmod=perl:5.26:2020:abc', { module: 'perl:5.26' }],
  ['pkg:alpine/musl@1.2-r1?distro=alpine-3.16.2', { namespace: 'alpine:3.16.2', type: 'apk' }],
  ['pkg:rpm/opensuse/bash@5-1?distro=opensuse-leap-15.5', { namespace: 'opensuse-leap:15.5' }],
  ['pkg:apk/wolfi/bash@5-r1', { namespace: 'wolfi:' }],
  ['pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1', { name: 'org.apache.logging.log4j:log4j-core', namespace: 'maven' }],
  ['pkg:npm/%40babel/core@7.0.0', { name: '@babel/core' }],
  ['pkg:golang/github.com/Azure/go-autorest@v1.0.0', { name: 'github.com/Azure/go-autorest' }],
  ['pkg:pypi/Flask_Cors@3', { name: 'flask-cors' }],
])('%s is understood', (purl, expected) => {
  const document = { bomFormat: 'CycloneDX', specVersion: '1.5', components: [{ type: 'library', name: 'x', purl }] };
  expect(readSbom(Buffer.from(JSON.stringify(document)), ctx).packages[0]?.identity).toMatchObject(expected);
});
