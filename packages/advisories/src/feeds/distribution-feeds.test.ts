import { join } from 'node:path';
import type { Advisory } from '@assay/core/advisory.ts';
import { missingDataReason, testDataFolder } from '@assay/testkit/test-data.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DROP, type Feed } from '../feed.ts';
import { parseArchive, parseTexts } from '../testing/feed-files.ts';
import { alpineSecdb, secfixNames } from './alpine-secdb/feed.ts';
import { debian } from './debian/feed.ts';
import { ubuntu } from './ubuntu/feed.ts';
import { readStatus } from './ubuntu/statement.ts';

function archiveFile(name: string): string {
  return join(testDataFolder(), `${name}.tar.gz`);
}

/** `Debian:11 sox fixed 0..1.2-3` for every statement. */
function statements(advisory: Advisory | undefined): readonly string[] {
  return (advisory?.affected ?? []).map(({ package: pkg, ranges, assay }) => {
    const end = ranges?.[0]?.events[1]?.fixed;
    return [pkg.ecosystem, pkg.name, assay?.status, assay?.stream, end].filter((word) => word !== undefined).join(' ');
  });
}

async function real(feed: Feed<Advisory>, archive: string, paths: readonly string[]) {
  const parsed = await parseArchive(feed, archiveFile(archive), paths);
  if (parsed === null) console.log(missingDataReason(archive));
  return parsed;
}

test('Alpine: fixed and never affected, on real entries', async () => {
  const parsed = await real(alpineSecdb, 'alpine-secdb', ['v3.8/main.yaml', 'v3.11/main.yaml']);
  if (parsed === null) return;
  const byId = new Map(parsed.items.map((item) => [item.id, item]));
  expect(statements(byId.get('ALPINE-CVE-2016-0682'))).toContain('Alpine:v3.8 db not-affected 0');
  expect(statements(byId.get('ALPINE-CVE-2019-14904'))).toEqual(['Alpine:v3.11 ansible fixed 2.9.3-r0']);
});

test('Alpine: JSON says the same as YAML', async () => {
  const json = {
    distroversion: 'v3.20',
    reponame: 'main',
    packages: [{ pkg: { name: 'xen', secfixes: { '4.7.0-r0': ['CVE-2016-6258 XSA-182'], '0': ['CVE-2019-1'] } } }],
  };
  const { items, counts } = await parseTexts(alpineSecdb, { 'v3.20/main.json': JSON.stringify(json) });
  expect(items.map((item) => [item.id, item.aliases, statements(item)])).toEqual([
    ['ALPINE-CVE-2016-6258', ['CVE-2016-6258', 'XSA-182'], ['Alpine:v3.20 xen fixed 4.7.0-r0']],
  ]);
  expect(counts).toMatchObject({ read: 1, kept: 1 });
});

test.each([
  ['CVE-2016-6258 XSA-182', [['CVE-2016-6258', ['XSA-182']]]],
  ['CVE-2017-2616 (+ regression fix)', [['CVE-2017-2616', []]]],
  ['CVE-2018-12126  XSA-297', [['CVE-2018-12126', ['XSA-297']]]],
  [
    'CVE-2017-5753 CVE-2017-5715 XSA-254 XPTI',
    [
      ['CVE-2017-5753', []],
      ['CVE-2017-5715', []],
    ],
  ],
  ['CVE_2019_2426', [['CVE-2019-2426', []]]],
  ['XSA-254', [['XSA-254', []]]],
  ['', []],
])('Alpine: names in "%s"', (text, expected) => {
  expect(secfixNames(text).map(({ id, aliases }) => [id, aliases])).toEqual(expected);
});

test('Debian: a damaged branch or list is an error, not an empty one', async () => {
  await expect(parseTexts(alpineSecdb, { 'v3.20/main.json': '{"packages":' })).rejects.toThrow(/not an Alpine/);
  await expect(parseTexts(debian, { 'data/DSA/list': '<html>sign in</html>' })).rejects.toThrow(/list is not one/);
  for (const text of ['', '[]', '{"a":{"CVE-2024-1":', '{"a":{}', '{"a" {}}', '{"a', '<html>'])
    await expect(parseTexts(debian, { 'tracker.json': text })).rejects.toMatchObject({ code: 'FEED_ARCHIVE_UNREADABLE' });
});

test('Debian: the derived table is read as the tracker', async () => {
  const parsed = await real(debian, 'debian12-derived', ['tracker-bookworm-derived.json']);
  if (parsed === null) return;
  expect(parsed.counts).toMatchObject({ read: 5487, kept: 5487 });
  expect(statements(parsed.items.find((item) => item.id === 'DEBIAN-CVE-2025-0838'))).toEqual([
    'Debian:12 abseil fixed 20220623.1-1+deb12u1',
  ]);
});

/** Entries of the public tracker; the reasons `ignored` and `postponed` as its own documentation writes them. */
const TRACKER = {
  apparmor: {
    'CVE-2014-1424': { releases: { bookworm: { status: 'resolved', fixed_version: '0', urgency: 'unimportant' } } },
    'CVE-2016-1585': {
      description: 'mount rules',
      releases: {
        bullseye: { status: 'open', urgency: 'unimportant' },
        sid: { status: 'resolved', fixed_version: '3.0.12-1', urgency: 'unimportant' },
      },
    },
  },
  librsync: {
    'CVE-2014-8242': {
      releases: { buster: { status: 'open', urgency: 'low', nodsa: 'Minor issue, too intrusive to backport', nodsa_reason: '' } },
    },
  },
  one: {
    'CVE-2020-0001': { releases: { bookworm: { status: 'open', urgency: 'medium**', nodsa: 'Minor issue', nodsa_reason: 'ignored' } } },
  },
  two: {
    'CVE-2020-0001': {
      releases: { bookworm: { status: 'open', urgency: 'not yet assigned', nodsa: 'Minor issue', nodsa_reason: 'postponed' } },
    },
  },
  three: {
    'CVE-2020-0002': {
      releases: { bookworm: { status: 'undetermined' }, trixie: { status: 'open', urgency: 'end-of-life' }, mars: { status: 'open' } },
    },
  },
};

test('Debian: what each state of the tracker means', async () => {
  const { items, counts } = await parseTexts(debian, { 'tracker.json': JSON.stringify(TRACKER, null, 2) });
  expect(items.map((item) => [item.id, statements(item), item.affected.map((entry) => entry.assay?.severity)])).toEqual([
    ['DEBIAN-CVE-2014-1424', ['Debian:12 apparmor not-affected 0'], ['none']],
    ['DEBIAN-CVE-2016-1585', ['Debian:11 apparmor affected', 'Debian:sid apparmor fixed 3.0.12-1'], ['none', 'none']],
    ['DEBIAN-CVE-2014-8242', ['Debian:10 librsync affected'], ['low']],
    ['DEBIAN-CVE-2020-0001', ['Debian:12 one will-not-fix', 'Debian:12 two deferred'], ['medium', undefined]],
    ['DEBIAN-CVE-2020-0002', ['Debian:12 three under-investigation', 'Debian:13 three end-of-life'], [undefined, undefined]],
  ]);
  expect(counts).toMatchObject({ read: 6, kept: 6, emitted: 5, trimmed: { 'unknown release': 1 } });
});

test('Debian: real advisories of the lists', async () => {
  const parsed = await real(debian, 'debian-security-tracker', ['data/DSA/list', 'data/DLA/list']);
  if (parsed === null) return;
  const byId = new Map(parsed.items.map((item) => [item.id, item]));
  expect(byId.get('DSA-5380-1')).toMatchObject({ upstream: ['CVE-2023-1393'], published: '2023-03-29T00:00:00Z' });
  expect(statements(byId.get('DSA-5380-1'))).toEqual(['Debian:11 xorg-server fixed 2:1.20.11-1+deb11u6']);
  expect(statements(byId.get('DSA-2275-1'))).toEqual([
    'Debian:6 openoffice.org fixed 1:3.2.1-11+squeeze3',
    'Debian:5 openoffice.org not-affected 0',
  ]);
  expect(statements(byId.get('DSA-3699-1'))).toEqual(['Debian:8 virtualbox end-of-life']);
  // A regression update repairs the package; the CVEs were fixed by the first advisory.
  expect([byId.has('DSA-5356-1'), byId.has('DSA-5356-2')]).toEqual([true, false]);
  // A new time zone database is no vulnerability; a security update without a CVE is one.
  expect([byId.has('DLA-1625-1'), byId.has('DLA-530-1')]).toEqual([false, true]);
});

test('Debian: a repeat inherits the CVEs for what the first did not fix; the table answers for its releases', async () => {
  const list = `[02 Jan 2020] DSA-1-2 sox - security update
\t[stretch] - sox 1-2
\t[bullseye] - sox 2-3
[01 Jan 2020] DSA-1-1 sox - security update
\t{CVE-2020-1111 CVE-2020-2222}
\t[bullseye] - sox 2-2
\t[bookworm] - sox 3-3
`;
  const table = JSON.stringify({ one: TRACKER.one });
  const { items } = await parseTexts(debian, { 'data/DSA/list': list, 'tracker.json': table });
  const lists = items.filter((item) => item.id.startsWith('DSA'));
  expect(lists.map((item) => [item.id, item.upstream, statements(item)])).toEqual([
    ['DSA-1-2', ['CVE-2020-1111', 'CVE-2020-2222'], ['Debian:9 sox fixed 1-2']],
    ['DSA-1-1', ['CVE-2020-1111', 'CVE-2020-2222'], ['Debian:11 sox fixed 2-2']],
  ]);
});

test.each([
  ['active/CVE-2017-11475', ['Ubuntu:14.04 glpi affected', 'Ubuntu:16.04 glpi affected', 'Ubuntu:16.10 glpi end-of-life']],
  ['active/CVE-2018-18873', ['Ubuntu:14.04 jasper deferred', 'Ubuntu:16.04 jasper deferred']],
  [
    'active/CVE-2020-1721',
    [
      'Ubuntu:14.04 dogtag-pki end-of-life',
      'Ubuntu:16.04 dogtag-pki under-investigation',
      'Ubuntu:18.04 dogtag-pki under-investigation',
      'Ubuntu:19.10 dogtag-pki under-investigation',
      'Ubuntu:20.04 dogtag-pki under-investigation',
    ],
  ],
  ['ignored/CVE-2008-0455', []],
])('Ubuntu: the real file %s', async (path, expected) => {
  const parsed = await real(ubuntu, 'ubuntu-cve-tracker', [path]);
  if (parsed === null) return;
  expect(statements(parsed.items[0])).toEqual(expected);
  if (expected.length === 0) expect(parsed.counts.dropped).toEqual({ 'ignored by its publisher as no vulnerability': 1 });
});

test.each([
  ['released', '1.2-3ubuntu1', 'fixed'],
  ['not-affected', 'code not present', 'not-affected'],
  ['needed', '', 'affected'],
  ['needed', 'reached end-of-life', 'affected'],
  ['pending', '1.2-4', 'affected'],
  ['needs-triage', '', 'under-investigation'],
  ['deferred', '2020-03-09', 'deferred'],
  ['ignored', 'end of standard support, was needed', 'affected'],
  ['ignored', 'out of standard support', 'end-of-life'],
  ['ignored', 'reached end-of-life', 'end-of-life'],
  ['ignored', 'abandoned', 'will-not-fix'],
  ['DNE', '', undefined],
  ['released', '', undefined],
])('Ubuntu: %s (%s) is %s', (word, detail, expected) => {
  const verdict = readStatus(word, detail);
  expect('status' in verdict ? verdict.status : undefined).toBe(expected);
});

test('Ubuntu: streams keep their name, devel is the release after the newest one named', async () => {
  const file = `Candidate: CVE-2024-1111
PublicDate: 2024-03-04 05:06:07 UTC
Description:
 Something
 long
Priority: medium
Priority_curl: high
upstream_curl: released (8.6)
esm-infra/xenial_curl: released (7.47.0-1ubuntu2.19+esm12)
trusty/esm_curl: needed
mantic_curl: released (8.2.1-1ubuntu3.3)
devel_curl: not-affected (8.6.0-1)
product_curl: needed
`;
  const { items, counts } = await parseTexts(ubuntu, { 'active/CVE-2024-1111': file });
  expect(statements(items[0])).toEqual([
    'Ubuntu:16.04 curl fixed esm-infra 7.47.0-1ubuntu2.19+esm12',
    'Ubuntu:14.04 curl affected esm-infra',
    'Ubuntu:23.10 curl fixed 8.2.1-1ubuntu3.3',
    'Ubuntu:24.04 curl not-affected 0',
  ]);
  expect(items[0]).toMatchObject({
    id: 'UBUNTU-CVE-2024-1111',
    aliases: ['CVE-2024-1111'],
    published: '2024-03-04T05:06:07Z',
    details: 'Something\nlong',
  });
  expect(items[0]?.affected[0]?.assay?.severity).toBe('high');
  expect(counts.trimmed).toEqual({ 'other product or unknown release': 1 });
});

test('no text makes the Ubuntu parser throw, and every file is counted once', async () => {
  const word = fc.constantFrom(
    'Candidate: CVE-2024-1111',
    'xenial_',
    'xenial_a: ',
    'released (',
    ')',
    '\n',
    ': ',
    ' x',
    'Priority_',
    '(((',
    '\u0000',
    'devel_b: needed (',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(word, fc.string()), { maxLength: 40 }), async (words) => {
      const { counts } = await parseTexts(ubuntu, { 'active/CVE-2024-1111': words.join('') });
      const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
      expect([counts.read, counts.kept + dropped]).toEqual([1, 1]);
    }),
    { seed: 5, numRuns: 200 },
  );
  expect((await parseTexts(ubuntu, { 'active/CVE-2024-1111': '' })).counts.dropped).toEqual({ [DROP.unreadable]: 1 });
});
