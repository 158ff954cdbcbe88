import type { Advisory, Enrichment } from '@assay/core/advisory.ts';
import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import {
  BatchGetFindingDetailsCommand,
  type Inspector2Client,
  ListFindingsCommand,
  SearchVulnerabilitiesCommand,
} from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advisory, type Estate, estateOf, image, memoryBlobs } from '../findings/write/testdata/estate.ts';
import { assayOf, inspectorOf } from '../http/testdata/callers.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';
import type { ServerDependencies } from '../services/context.ts';

const V3 = 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H';
const V4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
const kev = { dateAdded: '2026-01-02', dateDue: '2026-01-23', action: 'Patch.', ransomware: true, name: 'Trouble in a' };
const ENRICHMENTS: Enrichment[] = [
  {
    id: 'CVE-2026-0001',
    epss: { score: 0.5, date: '2026-02-01' },
    kev,
    cve: {
      description: 'What a does wrong.',
      published: '2025-12-01T00:00:00Z',
      cwes: ['CWE-79'],
      severities: [{ type: 'CVSS_V3', score: V3, source: 'NVD' }],
    },
    exploitDb: { ids: [50001, 50002, 50003, 50004], firstAt: '2025-12-15', lastAt: '2026-03-01' },
    metasploit: { modules: ['exploit/multi/http/a'], ttps: ['T1190'] },
  },
  { id: 'CVE-2026-0003', cve: { description: 'Nobody packages it.' } },
];
const BUNDLE: Advisory = {
  id: 'DSA-1',
  modified: '2026-01-05T00:00:00Z',
  upstream: ['CVE-2026-0001', 'CVE-2026-0002'],
  summary: 'Two things at once',
  severity: [{ type: 'CVSS_V4', score: V4 }],
  affected: [
    { package: { ecosystem: 'Debian:12', name: 'a' }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '9' }] }] },
  ],
  assay: { feed: 'debian' },
};
const ADVISORIES = [
  { ...advisory('GHSA-1', 'a', '2.0.0', V3), aliases: ['CVE-2026-0001'] },
  BUNDLE,
  advisory('MAL-2026-1', 'evil', '9.0.0'),
];
const malicious = { ...ADVISORIES[2]!, severity: [], assay: { feed: 'ossf', malicious: true } };

describe('what is known of a vulnerability', () => {
  let service: TestService;
  let client: Inspector2Client;
  let estate: Estate;
  const revisions = memoryRevisions();
  beforeAll(async () => {
    service = await startTestService({
      now: () => Date.now(),
      dependencies: { revisions: revisions as unknown as ServerDependencies['revisions'], blobs: memoryBlobs() },
    });
    client = await inspectorOf(service, 0);
    await revisions.publish(service.db.worker, [ADVISORIES[0]!, BUNDLE, malicious], ENRICHMENTS);
    estate = estateOf(service.db, revisions);
    await estate.scan(0, image('app', ['a@1.0.0', 'evil@1.0.0']));
  });
  afterAll(() => service?.stop());

  const search = async (id: string) =>
    (await client.send(new SearchVulnerabilitiesCommand({ filterCriteria: { vulnerabilityIds: [id] } }))).vulnerabilities;

  it('SearchVulnerabilities: vectors, exploits, platforms of every advisory that speaks of it; a bundle lends neither text nor vector', async () => {
    expect(await search('CVE-2026-0001')).toEqual([
      {
        id: 'CVE-2026-0001',
        source: 'NVD',
        description: 'What a does wrong.',
        cwes: ['CWE-79'],
        cisaData: { dateAdded: new Date('2026-01-02'), dateDue: new Date('2026-01-23'), action: 'Patch.' },
        vendorSeverity: 'HIGH',
        cvss3: { baseScore: 8.1, scoringVector: V3 },
        epss: { score: 0.5 },
        exploitObserved: { firstSeen: new Date('2025-12-15'), lastSeen: new Date('2026-03-01') },
        atigData: { firstSeen: new Date('2025-12-15'), lastSeen: new Date('2026-03-01'), targets: [], ttps: ['T1486', 'T1190'] },
        relatedVulnerabilities: ['GHSA-1', 'DSA-1'],
        referenceUrls: [],
        vendorCreatedAt: new Date('2025-12-01T00:00:00Z'),
        vendorUpdatedAt: new Date('2026-01-01T00:00:00Z'),
        detectionPlatforms: ['DEBIAN_12', 'NPM'],
      },
    ]);
  });

  it('knows vulnerabilities that nothing has, ones without an advisory, and says nothing of others', async () => {
    expect(await search('CVE-2026-0002')).toMatchObject([{ id: 'CVE-2026-0002', detectionPlatforms: ['DEBIAN_12'] }]);
    expect((await search('CVE-2026-0002'))?.[0]?.cvss4).toBeUndefined();
    expect(await search('CVE-2026-0003')).toMatchObject([{ description: 'Nobody packages it.', detectionPlatforms: [] }]);
    expect(await search('CVE-2026-9999')).toEqual([]);
  });

  it.each([[['CVE-2026-1', 'CVE-2026-2']], [[]], [['GHSA-1']]])('takes exactly one CVE: %j', async (vulnerabilityIds) => {
    const call = client.send(new SearchVulnerabilitiesCommand({ filterCriteria: { vulnerabilityIds } }));
    await expect(call).rejects.toMatchObject({ name: 'ValidationException', reason: 'FIELD_VALIDATION_FAILED' });
  });

  it('a token of no list is refused', async () => {
    const call = client.send(new SearchVulnerabilitiesCommand({ filterCriteria: { vulnerabilityIds: ['CVE-2026-0001'] }, nextToken: 'x' }));
    await expect(call).rejects.toMatchObject({ name: 'ValidationException', fields: [{ name: 'nextToken' }] });
  });

  it('BatchGetFindingDetails: each fact with its source, and nothing where nobody said anything', async () => {
    const { findings = [] } = await client.send(new ListFindingsCommand({}));
    const arnOf = (id: string) => findings.find((one) => one.packageVulnerabilityDetails?.vulnerabilityId === id)?.findingArn ?? '';
    const made = 'arn:aws:inspector2:us-east-1:000000000000:finding/00000000000000000000000000000000';
    const answer = await client.send(
      new BatchGetFindingDetailsCommand({ findingArns: [arnOf('CVE-2026-0001'), arnOf('MAL-2026-1'), made] }),
    );
    expect(answer.errors).toMatchObject([{ findingArn: made, errorCode: 'FINDING_DETAILS_NOT_FOUND' }]);
    expect(answer.findingDetails).toEqual([
      {
        findingArn: arnOf('CVE-2026-0001'),
        cisaData: { dateAdded: new Date('2026-01-02'), dateDue: new Date('2026-01-23'), action: 'Patch.' },
        epssScore: 0.5,
        cwes: ['CWE-79'],
        referenceUrls: [],
        // 7 × 9.8 + 15 × 0.5 + 15
        riskScore: 91,
        exploitObserved: { firstSeen: new Date('2025-12-15'), lastSeen: new Date('2026-03-01') },
        evidences: [
          { evidenceRule: 'CISA KEV', evidenceDetail: 'Listed as exploited since 2026-01-02: Trouble in a.', severity: 'CRITICAL' },
          { evidenceRule: 'CISA KEV ransomware', evidenceDetail: 'Known to be used in ransomware campaigns.', severity: 'CRITICAL' },
          { evidenceRule: 'Metasploit', evidenceDetail: 'Ready to use as exploit/multi/http/a.', severity: 'HIGH' },
          { evidenceRule: 'Exploit-DB', evidenceDetail: 'Published as EDB-50001, EDB-50002, EDB-50003 and others.', severity: 'MEDIUM' },
        ],
        ttps: ['T1486', 'T1190'],
        tools: ['Metasploit exploit/multi/http/a'],
      },
      {
        findingArn: arnOf('MAL-2026-1'),
        cwes: [],
        referenceUrls: [],
        riskScore: 69,
        evidences: [
          {
            evidenceRule: 'OpenSSF malicious packages',
            evidenceDetail: 'The package itself was published to do harm.',
            severity: 'CRITICAL',
          },
        ],
        ttps: ['T1195.002'],
        tools: [],
      },
    ]);
    expect(findings.find((one) => one.findingArn === arnOf('CVE-2026-0001'))).toMatchObject({
      exploitAvailable: 'YES',
      exploitabilityDetails: { lastKnownExploitAt: new Date('2026-03-01') },
    });
  });

  it('GetVulnerability: the same facts by any id, with their sources and the trend; ExplainFinding shows what the formula was given', async () => {
    const assay = assayOf(service, 0, 'viewer');
    const known = await assay('vulnerabilities/get', { vulnerabilityId: 'CVE-2026-0001' });
    expect(known).toMatchObject({
      status: 200,
      body: {
        severity: 'HIGH',
        score: 8.1,
        vectors: [V3],
        epss: { score: 0.5, days: [{ date: '2026-02-01', score: 0.5 }] },
        weaponised: true,
        cisaAction: 'Patch.',
        namespaces: ['debian:12', 'npm'],
        ttps: ['T1486', 'T1190'],
      },
    });
    expect(await assay('vulnerabilities/get', { vulnerabilityId: 'MAL-2026-1' })).toMatchObject({
      body: { severity: 'CRITICAL', ttps: ['T1195.002'] },
    });
    expect((await assay('vulnerabilities/get', { vulnerabilityId: 'CVE-2026-9999' })).status).toBe(404);
    expect((await assay('vulnerabilities/get', { vulnerabilityId: 'a b' })).status).toBe(400);
    const { findings = [] } = await client.send(new ListFindingsCommand({ sortCriteria: { field: 'VULNERABILITY_ID', sortOrder: 'ASC' } }));
    const explained = await assay('findings/explain', { findingArn: findings[0]?.findingArn });
    expect(explained.body).toMatchObject({
      score: {
        score: 9.8,
        startVector: V3,
        vector: V3.replace('AC:H', 'AC:L'),
        adjustments: [{ metric: 'AC' }],
        exposure: 'UNKNOWN',
        weaponised: true,
        epss: { score: 0.5 },
        reasons: [{ vector: V3, used: true }, { vector: V3 }].slice(0, 1),
      },
    });
  });

  it('ExplainFinding names the place of a package that was carried over from an earlier look', async () => {
    const gap = { code: 'unreadable-package-database', message: 'broken' } as const;
    await estate.scan(0, image('app', ['b@1.0.0'], [gap]));
    const { findings = [] } = await client.send(new ListFindingsCommand({ sortCriteria: { field: 'VULNERABILITY_ID', sortOrder: 'ASC' } }));
    const explained = await assayOf(service, 0)('findings/explain', { findingArn: findings[0]?.findingArn });
    expect(explained.body['packages']).toMatchObject([
      { name: 'a', locations: [{ path: 'app/node_modules/a/package.json', layerDigest: 'sha256:11', cataloger: 'carried-over' }] },
    ]);
  });
});
