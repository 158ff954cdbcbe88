import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Advisory, Enrichment } from '@assay/core/advisory.ts';
import { writeCycloneDxAnswer } from '@assay/formats/inspector-scan/cyclonedx.ts';
import { writeInspectorAnswer } from '@assay/formats/inspector-scan/inspector.ts';
import { memoryLookup } from '@assay/testkit/memory-lookup.ts';
import { missingDataReason, unpackTestData } from '@assay/testkit/test-data.ts';
import { describe, expect, test } from 'vitest';
import { MAX_PACKAGES, scanSbom } from './scan.ts';

const samples = unpackTestData('aws-inspector-samples');
if (samples === null) console.log(missingDataReason('aws-inspector-samples'));

const alpine = (id: string, name: string, fixed: string): Advisory => ({
  id: `ALPINE-${id}`,
  modified: '2024-05-20T00:00:00Z',
  published: '2024-05-01T00:00:00Z',
  aliases: [id],
  details: `What ${name} does wrong.`,
  references: [{ type: 'WEB', url: `https://example.org/${id}` }],
  affected: [{ package: { ecosystem: 'Alpine:v3.19', name }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] }],
  assay: { feed: 'alpine-secdb', cwes: ['CWE-416'] },
});
const ADVISORIES = [
  alpine('CVE-2023-42363', 'busybox', '1.36.1-r17'),
  alpine('CVE-2024-2511', 'openssl', '3.1.4-r6'),
  alpine('CVE-2020-1', 'musl', '1.0.0-r0'),
];
const ENRICHMENTS: Enrichment[] = [
  {
    id: 'CVE-2023-42363',
    epss: { score: 0.00044, date: '2024-05-21' },
    cve: { severities: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H', source: 'NVD' }] },
  },
  {
    id: 'CVE-2024-2511',
    exploitDb: { ids: [1], lastAt: '2024-05-21' },
    kev: { dateAdded: '2024-05-02', dateDue: '2024-05-23', action: 'Patch.', ransomware: false, name: 'x' },
  },
];
const scan = (document: unknown) =>
  scanSbom(document as Record<string, unknown>, {
    lookup: memoryLookup(ADVISORIES, ENRICHMENTS),
    now: Date.parse('2026-01-01T00:00:00Z'),
    serial: '00000000-0000-4000-8000-000000000000',
  });
const bom = (components: unknown, specVersion = '1.5') => ({ bomFormat: 'CycloneDX', specVersion, components });

type Json = Record<string, unknown>;
/** Members and property names of every place of a document: `vulnerabilities[].ratings[].source.name`. */
function placesOf(value: unknown, at = '', found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) placesOf(item, `${at}[]`, found);
  else if (typeof value === 'object' && value !== null) {
    const { name, value: text } = value as Json;
    if (typeof name === 'string' && text !== undefined) found.add(`${at} ${name.replace(/(fixed_version):.*/, '$1')}`);
    else for (const [member, inner] of Object.entries(value)) placesOf(inner, at === '' ? member : `${at}.${member}`, found);
  } else found.add(at);
  return found;
}

describe.skipIf(samples === null)('against what Amazon answered for the same SBOM', () => {
  const read = (path: string): Json => JSON.parse(readFileSync(join(samples as string, path), 'utf8'));

  test('the CycloneDX answer has every member, property and message of the real one', async () => {
    const real = (read('scans/alpine:latest.json.scan') as { sbom: Json }).sbom;
    const ours = writeCycloneDxAnswer(await scan(read('sboms/alpine:latest.json')));
    const missing = [...placesOf(real)].filter((place) => !placesOf(ours).has(place));
    // Where NVD and EPSS describe a thing is no fact of ours.
    expect(missing).toEqual([]);
    const names = (document: Json) => (document['components'] as Json[]).map((one) => [one['name'], one['purl'], one['type']]);
    expect(names(ours)).toEqual(names(real));
    const infos = (document: Json) =>
      new Set([...JSON.stringify(document).matchAll(/"(Component (?:skipped|scanned)[^"]*)"/g)].map((one) => one[1]));
    expect(infos(ours)).toEqual(infos(read('scans/ubuntu:latest.json.scan')));
    const rating = (document: Json) =>
      (document['vulnerabilities'] as { id: string; ratings: Json[] }[])
        .find((one) => one.id === 'CVE-2023-42363')
        ?.ratings.find((one) => one['method'] === 'CVSSv31');
    const { source: _, ...expected } = rating(real) as Json;
    expect(rating(ours)).toMatchObject(expected);
  });
});

test('INSPECTOR: messages, counts, and one entry for each vulnerability', async () => {
  const component = (ref: string, purl: string) => ({
    'bom-ref': ref,
    type: 'library',
    name: ref,
    purl,
    properties: [{ name: 'amazon:inspector:sbom_generator:source_path', value: '/lib/apk/db/installed' }],
  });
  const answer = writeInspectorAnswer(
    await scan(
      bom([
        { type: 'operating-system', name: 'Alpine Linux', version: '3.19.1' },
        component('openssl', 'pkg:apk/alpine/openssl@3.1.4-r5?distro=3.19.1'),
        component('musl', 'pkg:apk/alpine/musl@1.2.4-r2?distro=3.19.1'),
        component('foo', 'pkg:maven/foo/foo@1.0.0'),
        component('broken', 'no purl at all'),
      ]),
    ),
  );
  expect(answer).toEqual({
    messages: [
      { name: 'musl', purl: 'pkg:apk/alpine/musl@1.2.4-r2?distro=3.19.1', info: 'Component scanned: no vulnerabilities found.' },
      { name: 'foo', purl: 'pkg:maven/foo/foo@1.0.0', info: 'Component skipped: no rules found.' },
      { name: 'broken', purl: 'no purl at all', info: 'Component skipped: no rules found.' },
    ],
    vulnerability_count: { critical: 0, high: 0, medium: 0, low: 0, other: 1 },
    vulnerabilities: [
      {
        id: 'CVE-2024-2511',
        severity: 'unknown',
        source: 'https://example.org/CVE-2024-2511',
        related: ['ALPINE-CVE-2024-2511'],
        description: 'What openssl does wrong.',
        references: ['https://example.org/CVE-2024-2511'],
        created: '2024-05-01T00:00:00Z',
        updated: '2024-05-20T00:00:00Z',
        properties: {
          cisa_kev_date_added: '2024-05-02T00:00:00Z',
          cisa_kev_date_due: '2024-05-23T00:00:00Z',
          cwes: [416],
          cvss: [],
          exploit_available: true,
          exploit_last_seen_in_public: '2024-05-21T00:00:00Z',
          priority: 'URGENT',
          priority_intelligence: 'VERIFIED',
        },
        affects: [
          {
            installed_version: 'pkg:apk/alpine/openssl@3.1.4-r5?distro=3.19.1',
            fixed_version: '3.1.4-r6',
            path: '/lib/apk/db/installed',
          },
        ],
      },
    ],
  });
});

test('components without a reference, or with the same one, get their own; nested ones are answered', async () => {
  const purl = 'pkg:apk/alpine/openssl@3.1.4-r5?distro=3.19.1';
  const answer = await scan(
    bom([
      { name: 'a', 'bom-ref': 'x', purl },
      { name: 'b', 'bom-ref': 'x', purl, components: [{ name: 'c', purl }] },
      { name: 'd', 'bom-ref': 'comp-2', purl },
    ]),
  );
  const refs = answer.components.map((one) => one.ref);
  expect(new Set(refs).size).toBe(4);
  expect(answer.vulnerabilities.map((one) => one.affects.map(({ ref }) => ref))).toEqual([refs]);
});

test.each(['1.4', '1.5', '1.6', '1.7'])('reads CycloneDX %s', async (version) => {
  expect((await scan(bom([], version))).components).toEqual([]);
});

test.each([
  ['another version', { bomFormat: 'CycloneDX', specVersion: '2.0' }, 'sbom-unsupported'],
  ['SPDX', { spdxVersion: 'SPDX-2.3', packages: [] }, 'sbom-unsupported'],
  ['nothing', {}, 'sbom-unsupported'],
  ['too many components', bom(Array.from({ length: MAX_PACKAGES + 1 }, () => ({}))), 'sbom-too-large'],
])('refuses %s', async (_, document, code) => {
  await expect(scan(document)).rejects.toMatchObject({ code });
});

test('hostile documents are answered: every member of the wrong kind, deep nesting, names of prototypes', async () => {
  let deep: Json = { name: 'leaf' };
  for (let n = 0; n < 4000; n++) deep = { components: [deep] };
  for (const components of [
    {},
    'x',
    [1, null, [], 'x', { purl: 7, properties: {}, type: [] }, { name: '__proto__', 'bom-ref': '__proto__' }],
    [deep],
  ]) {
    const answer = await scan({ ...bom(components), metadata: { component: 'x' } });
    expect(answer.vulnerabilities).toEqual([]);
  }
});
