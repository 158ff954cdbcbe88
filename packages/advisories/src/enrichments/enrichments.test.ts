import { join } from 'node:path';
import { missingDataReason, testDataFolder } from '@assay/testkit/test-data.ts';
import { expect, test } from 'vitest';
import { DROP } from '../feed.ts';
import { parseArchive, parseTexts } from '../testing/feed-files.ts';
import { cisaKev } from './cisa-kev/feed.ts';
import { cve } from './cve/feed.ts';
import { epss } from './epss/feed.ts';
import { exploitDb } from './exploit-db/feed.ts';
import { metasploit } from './metasploit/feed.ts';

function archiveFile(name: string): string {
  return join(testDataFolder(), `${name}.tar.gz`);
}

test('KEV: a real entry', async () => {
  const parsed = await parseArchive(cisaKev, archiveFile('cisa-kev'));
  if (parsed === null) return console.log(missingDataReason('cisa-kev'));
  expect(parsed.items.find((item) => item.id === 'CVE-2021-44228')?.kev).toMatchObject({
    dateAdded: '2021-12-10',
    dateDue: '2021-12-24',
    ransomware: true,
    name: 'Apache Log4j2 Remote Code Execution Vulnerability',
  });
});

test('KEV: a page instead of the catalogue is an error; an entry without a CVE is dropped', async () => {
  const path = 'known_exploited_vulnerabilities.json';
  await expect(parseTexts(cisaKev, { [path]: '<html>' })).rejects.toThrow(/not the KEV catalogue/);
  const { counts } = await parseTexts(cisaKev, { [path]: '{"vulnerabilities":[{"cveID":"x"},null,7]}' });
  expect(counts).toMatchObject({ read: 3, kept: 0, dropped: { [DROP.unreadable]: 3 } });
});

test('CVE: vector, weakness and title of the CNA, SSVC of CISA, on real records', async () => {
  const parsed = await parseArchive(cve, archiveFile('vulnrichment'), ['2024/3xxx/CVE-2024-3094.json', '2024/24xxx/CVE-2024-24388.json']);
  if (parsed === null) return console.log(missingDataReason('vulnrichment'));
  const byId = new Map(parsed.items.map((item) => [item.id, item.cve]));
  expect(byId.get('CVE-2024-3094')).toMatchObject({
    title: 'Xz: malicious code in distributed source',
    severities: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', source: 'redhat' }],
    cwes: ['CWE-506'],
  });
  expect(byId.get('CVE-2024-24388')?.ssvc).toEqual({ exploitation: 'none', automatable: 'no', technicalImpact: 'partial' });
});

test('CVE: a rejected record is kept and marked', async () => {
  const parsed = await parseArchive(cve, archiveFile('vulnrichment'), ['2024/3xxx/CVE-2024-3658.json']);
  if (parsed === null) return console.log(missingDataReason('vulnrichment'));
  expect(parsed.items).toMatchObject([{ id: 'CVE-2024-3658', cve: { rejected: true } }]);
});

test.each(['', 'null', '[]', '{}', '{"cveMetadata":{}}', '{"cveMetadata":{"cveId":"CVE-2024-1"}}', '{"cveMetadata":7,"containers":7}'])(
  'CVE: %s is dropped as unreadable',
  async (text) => {
    const { counts } = await parseTexts(cve, { 'x/CVE-2024-1000.json': text });
    expect(counts.dropped).toEqual({ [DROP.unreadable]: 1 });
  },
);

test('CVE: members of the wrong kind are passed over', async () => {
  const record = {
    cveMetadata: { cveId: 'CVE-2024-1000' },
    containers: { cna: { metrics: [7, { cvssV3_1: 'x' }], descriptions: {}, problemTypes: [null] }, adp: 'x' },
  };
  const { items } = await parseTexts(cve, { 'x/CVE-2024-1000.json': JSON.stringify(record) });
  expect(items).toEqual([{ id: 'CVE-2024-1000', cve: {} }]);
});

test('EPSS: FIRST’s table and the one with a date column; the latest score counts', async () => {
  const csv =
    '#model_version:v2025.03.14,score_date:2025-12-26T12:55:00Z\ncve,epss,percentile\nCVE-1999-0001,0.01151,0.7802\nCVE-1999-0002,2,0.5\nbroken\n';
  const tsv =
    'cve\tepss\tmodel_version\tscore_date\nCVE-1999-0001\t0.5\tv1\t2024-05-21T00:00:00+0000\nCVE-2013-4235\t0.00047\tv1\t2024-05-21T00:00:00+0000\n';
  const { items, counts } = await parseTexts(epss, { 'a.csv': csv, 'b.tsv': tsv });
  expect(items).toEqual([
    { id: 'CVE-1999-0001', epss: { score: 0.01151, percentile: 0.7802, date: '2025-12-26' } },
    { id: 'CVE-2013-4235', epss: { score: 0.00047, date: '2024-05-21' } },
  ]);
  expect(counts).toEqual({ read: 5, kept: 3, emitted: 2, dropped: { [DROP.unreadable]: 2 }, trimmed: {} });
});

test('EPSS: real scores', async () => {
  const parsed = await parseArchive(epss, archiveFile('epss-sample'), ['first-format-vunnel.csv']);
  if (parsed === null) return console.log(missingDataReason('epss-sample'));
  expect(parsed.items[0]).toEqual({ id: 'CVE-1999-0001', epss: { score: 0.00383, percentile: 0.73075, date: '2025-02-20' } });
});

test('Exploit-DB: the index names CVEs with days, the newest first; a quoted cell keeps its commas and quotes', async () => {
  const csv = [
    'id,file,description,date_published,author,type,platform,port,date_added,date_updated,verified,codes,tags',
    '7,exploits/a.py,"Acme ""Hub"", remote",2020-03-04,x,remote,linux,,,,1,CVE-2020-1111;OSVDB-1;CVE-2020-2222,',
    '12,exploits/b.py,Again,2021-01-02,x,remote,linux,,,,1,CVE-2020-1111,\r',
    '13,exploits/c.py,No number,2021-01-03,x,remote,linux,,,,1,,',
    'x,exploits/d.py,Broken,2021-01-03,x,remote,linux,,,,1,CVE-2020-1111,',
    '14,"never closed,2021-01-03,CVE-2020-1111',
    '',
  ].join('\n');
  const { items, counts } = await parseTexts(exploitDb, { 'files_exploits.csv': csv });
  expect(items).toEqual([
    { id: 'CVE-2020-1111', exploitDb: { ids: [12, 7], firstAt: '2020-03-04', lastAt: '2021-01-02' } },
    { id: 'CVE-2020-2222', exploitDb: { ids: [7], firstAt: '2020-03-04', lastAt: '2020-03-04' } },
  ]);
  expect(counts).toMatchObject({ read: 5, kept: 2, emitted: 2, dropped: { [DROP.unreadable]: 1, [DROP.noVulnerability]: 2 } });
  await expect(parseTexts(exploitDb, { 'files_exploits.csv': '<html>' })).rejects.toThrow(/not Exploit-DB's index/);
});

test('Exploit-DB: the stored map, which has no days', async () => {
  const parsed = await parseArchive(exploitDb, archiveFile('exploitdb-cve-map'));
  if (parsed === null) return console.log(missingDataReason('exploitdb-cve-map'));
  expect(parsed.items.find((item) => item.id === 'CVE-2003-0276')).toEqual({ id: 'CVE-2003-0276', exploitDb: { ids: [22587, 22] } });
});

test('Metasploit: exploit modules with their CVEs and techniques; scanners and modules without a CVE prove nothing', async () => {
  const index = {
    exploit_a: { fullname: 'exploit/multi/http/a', references: ['CVE-2021-44228', 'ATT&CK-T1190', 'URL-https://example.org'] },
    exploit_b: { fullname: 'exploit/linux/b', references: ['CVE-2021-44228', 'ATT&CK-x'] },
    auxiliary_c: { fullname: 'auxiliary/scanner/c', references: ['CVE-2021-44228'] },
    exploit_d: { fullname: 'exploit/d', references: [] },
    broken: 7,
  };
  const { items, counts } = await parseTexts(metasploit, { 'modules_metadata_base.json': JSON.stringify(index) });
  expect(items).toEqual([{ id: 'CVE-2021-44228', metasploit: { modules: ['exploit/linux/b', 'exploit/multi/http/a'], ttps: ['T1190'] } }]);
  expect(counts).toMatchObject({ read: 5, kept: 2, emitted: 1, dropped: { [DROP.noVulnerability]: 2, [DROP.unreadable]: 1 } });
  await expect(parseTexts(metasploit, { 'modules_metadata_base.json': '<html>' })).rejects.toThrow(/not Metasploit's index/);
});
