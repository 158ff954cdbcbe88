import type { Advisory, Affected, OsvEvent } from '@assay/core/advisory.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { memoryLookup } from '@assay/testkit/memory-lookup.ts';
import { describe, expect, test } from 'vitest';
import { matchInventory, matchPackage } from './match.ts';

function advisory(id: string, affected: readonly Affected[], over: Partial<Advisory> = {}): Advisory {
  return { id, modified: '2026-01-01T00:00:00Z', affected, ...over };
}
function entry(ecosystem: string, name: string, events: readonly OsvEvent[], over: Partial<Affected> = {}): Affected {
  return { package: { ecosystem, name }, ...(events.length > 0 ? { ranges: [{ type: 'ECOSYSTEM', events }] } : {}), ...over };
}
const below = (fixed: string): OsvEvent[] => [{ introduced: '0' }, { fixed }];

function deb(over: Partial<PackageIdentity> = {}): PackageIdentity {
  const namespace = over.namespace ?? 'debian:12';
  return {
    type: 'deb',
    namespace,
    name: 'libssl3',
    version: '3.0.11-1+b1',
    sourceName: 'openssl',
    sourceVersion: '3.0.11-1',
    owner: 'none',
    purl: '',
    ...over,
  };
}
function npm(version: string, over: Partial<PackageIdentity> = {}): PackageIdentity {
  return { type: 'npm', namespace: 'npm', name: 'a', version, owner: 'none', purl: '', ...over };
}
function run(identity: PackageIdentity, ...advisories: Advisory[]) {
  return matchPackage(identity, memoryLookup(advisories));
}
function ids(identity: PackageIdentity, ...advisories: Advisory[]) {
  return run(identity, ...advisories).matches.map((match) => [match.vulnerabilityId, match.status, match.fixedIn]);
}

describe('distributions', () => {
  test('searched by source name and source version, with the reason', () => {
    const [match] = run(
      deb(),
      advisory('DSA-1-1', [entry('Debian:12', 'openssl', below('3.0.11-1+deb12u1'))], { upstream: ['CVE-2024-1111'] }),
    ).matches;
    expect(match).toMatchObject({
      vulnerabilityId: 'CVE-2024-1111',
      advisory: 'DSA-1-1',
      aliases: [],
      status: 'fixed',
      fixedIn: '3.0.11-1+deb12u1',
      reason: {
        searchedBy: { namespace: 'debian:12', name: 'openssl', version: '3.0.11-1', via: 'source' },
        found: { advisory: 'DSA-1-1', range: '< 3.0.11-1+deb12u1' },
        rule: 'version-in-range',
      },
    });
  });

  test('the binary name is not the source name', () => {
    expect(ids(deb(), advisory('CVE-2024-1111', [entry('Debian:12', 'libssl3', below('9'))]))).toEqual([]);
  });

  test('three answers stay apart: affected, not affected, no statement', () => {
    const zero = advisory('CVE-2024-1111', [entry('Debian:12', 'openssl', below('0'))]);
    const unfixed = advisory('CVE-2024-1112', [entry('Debian:12', 'openssl', [], { assay: { status: 'deferred' } })]);
    const asked = advisory('CVE-2024-1113', [entry('Debian:12', 'openssl', [], { assay: { status: 'under-investigation' } })]);
    const other = advisory('CVE-2024-1114', [entry('Debian:11', 'openssl', below('9'))]);
    const result = run(deb(), zero, unfixed, asked, other);
    expect(result.matches.map((match) => [match.vulnerabilityId, match.status, match.reason.rule])).toEqual([
      ['CVE-2024-1112', 'deferred', 'no-fix-available'],
    ]);
    expect(result.statements.map((said) => [said.vulnerabilityId, said.answer])).toEqual([
      ['CVE-2024-1111', 'not-affected'],
      ['CVE-2024-1113', 'under-investigation'],
    ]);
  });

  test('an installed fix clears a vulnerability that another list still marks open', () => {
    const dsa = advisory('DSA-1-1', [entry('Debian:12', 'openssl', below('3.0.10-1'))], { upstream: ['CVE-2024-1111'] });
    const open = advisory('CVE-2024-1111', [entry('Debian:12', 'openssl', [{ introduced: '0' }], { assay: { status: 'affected' } })]);
    expect(ids(deb(), dsa, open)).toEqual([]);
    expect(ids(deb({ sourceVersion: '3.0.9-1' }), open, dsa)).toEqual([['CVE-2024-1111', 'fixed', '3.0.10-1']]);
  });

  test('Ubuntu: a fix that only Pro has leaves the release affected; the release itself decides when it speaks', () => {
    const jammy = deb({ namespace: 'ubuntu:22.04', sourceVersion: '3.0.2-0ubuntu1' });
    const pro = entry('Ubuntu:Pro:22.04:LTS', 'openssl', below('3.0.2-0ubuntu1+esm1'));
    const base = entry('Ubuntu:22.04:LTS', 'openssl', below('3.0.2-0ubuntu1'));
    const [match] = run(jammy, advisory('UBUNTU-CVE-2024-1111', [pro])).matches;
    expect(match).toMatchObject({ vulnerabilityId: 'CVE-2024-1111', status: 'affected', fixedIn: null });
    expect(match?.reason.found.range).toContain('fixed only in pro');
    expect(ids(jammy, advisory('UBUNTU-CVE-2024-1111', [pro, base]))).toEqual([]);
    const subscribed = { ...jammy, sourceVersion: '3.0.2-0ubuntu0+esm9' };
    expect(ids(subscribed, advisory('UBUNTU-CVE-2024-1111', [pro]))).toEqual([['CVE-2024-1111', 'fixed', '3.0.2-0ubuntu1+esm1']]);
    const gone = entry('Ubuntu:22.04:LTS', 'openssl', [{ introduced: '0' }], { assay: { status: 'end-of-life' } });
    expect(ids(subscribed, advisory('UBUNTU-CVE-2024-1111', [gone, pro]))).toEqual([['CVE-2024-1111', 'fixed', '3.0.2-0ubuntu1+esm1']]);
    expect(ids({ ...subscribed, sourceVersion: '3.0.2-0ubuntu1+esm1' }, advisory('UBUNTU-CVE-2024-1111', [gone, pro]))).toEqual([]);
    expect(ids(jammy, advisory('UBUNTU-CVE-2024-1111', [gone, pro]))).toEqual([['CVE-2024-1111', 'end-of-life', null]]);
    const fips = entry('Ubuntu:Pro:FIPS:22.04:LTS', 'openssl', below('9'));
    expect(ids(jammy, advisory('UBUNTU-CVE-2024-1111', [fips]))).toEqual([]);
  });

  test('headers of the kernel: what is said of the source is withheld', () => {
    const headers = deb({ name: 'linux-libc-dev', sourceName: 'linux', sourceVersion: '6.1.1-1' });
    const result = run(headers, advisory('CVE-2024-1111', [entry('Debian:12', 'linux', below('6.1.2-1'))]));
    expect(result.matches).toEqual([]);
    expect(result.withheld).toMatchObject([{ why: 'headers-only', match: { vulnerabilityId: 'CVE-2024-1111' } }]);
    expect(
      ids({ ...headers, name: 'linux-image-6.1.0-1-amd64' }, advisory('CVE-2024-1111', [entry('Debian:12', 'linux', below('6.1.2-1'))])),
    ).toHaveLength(1);
  });

  test("a package of another maker under the distribution's name is looked at, not reported", () => {
    const fix = advisory('CVE-2024-1111', [entry('Debian:12', 'openssl', below('9')), entry('AlmaLinux:8', 'php', below('9'))]);
    expect(run(deb({ vendor: 'Some Inc' }), fix)).toMatchObject({ matches: [], withheld: [{ why: 'third-party-build' }] });
    expect(ids(deb({ vendor: 'Debian' }), fix)).toHaveLength(1);
    const php = (vendor: string): PackageIdentity => ({
      type: 'rpm',
      namespace: 'almalinux:8',
      name: 'php',
      version: '8-1',
      vendor,
      owner: 'none',
      purl: '',
    });
    expect(ids(php("Remi's RPM repository"), fix)).toEqual([]);
    expect(ids(php('AlmaLinux'), fix)).toHaveLength(1);
    expect(ids(php(''), fix)).toHaveLength(1);
  });

  test('rpm: module streams, architectures, flavours', () => {
    const rpm = (over: Partial<PackageIdentity>): PackageIdentity => ({
      type: 'rpm',
      namespace: 'almalinux:8',
      name: 'nodejs',
      version: '1:16.1-1',
      arch: 'x86_64',
      owner: 'none',
      purl: '',
      ...over,
    });
    const stream = advisory('ALSA-1', [entry('AlmaLinux:8', 'nodejs', below('1:16.2-1'), { assay: { module: 'nodejs:16' } })], {
      upstream: ['CVE-2024-1111'],
    });
    expect(ids(rpm({ module: 'nodejs:16' }), stream)).toHaveLength(1);
    expect(ids(rpm({ module: 'nodejs:18' }), stream)).toEqual([]);
    expect(ids(rpm({ module: '' }), stream)).toEqual([]);
    expect(ids(rpm({}), stream)).toHaveLength(1);
    const unnamed = advisory('ALSA-2', [entry('AlmaLinux:8', 'nodejs', below('1:16.2-1.module_el8.5.0+1'))], {
      upstream: ['CVE-2024-1111'],
    });
    expect(ids(rpm({ module: '' }), unnamed)).toEqual([]);
    expect(ids(rpm({ module: 'nodejs:16' }), unnamed)).toHaveLength(1);
    const arm = advisory('ALSA-3', [entry('AlmaLinux:8', 'nodejs', below('1:16.2-1'), { assay: { arch: ['aarch64'] } })], {
      upstream: ['CVE-2024-1111'],
    });
    expect(ids(rpm({}), arm)).toEqual([]);
    expect(ids(rpm({ arch: 'arm64' }), arm)).toHaveLength(1);
    expect(ids(rpm({ arch: 'noarch' }), arm)).toHaveLength(1);
    const ksplice = advisory('ELSA-1', [entry('AlmaLinux:8', 'nodejs', below('2:16.2-1.ksplice1'))], { upstream: ['CVE-2024-1111'] });
    expect(ids(rpm({}), ksplice)).toEqual([]);
    expect(ids(rpm({ version: '1:16.1-1.ksplice1' }), ksplice)).toHaveLength(1);
  });
});

describe('languages', () => {
  const ghsa = advisory('GHSA-aaaa-bbbb-cccc', [entry('npm', 'a', below('1.2.0'))], { aliases: ['CVE-2024-1111'] });

  test('a fix is enough; the id is the CVE and the aliases keep the rest', () => {
    expect(run(npm('1.1.0'), ghsa).matches[0]).toMatchObject({
      vulnerabilityId: 'CVE-2024-1111',
      aliases: ['GHSA-aaaa-bbbb-cccc'],
      fixedIn: '1.2.0',
    });
    expect(run(npm('1.2.0'), ghsa).matches).toEqual([]);
    expect(ids(npm('1.2.0-beta.1'), ghsa)).toHaveLength(1);
  });

  test('owned by a comprehensive distribution: looked at, not reported', () => {
    const result = run(npm('1.1.0', { owner: 'comprehensive-distro' }), ghsa);
    expect(result.matches).toEqual([]);
    expect(result.withheld).toMatchObject([{ why: 'answered-by-distribution' }]);
    expect(ids(npm('1.1.0', { owner: 'other' }), ghsa)).toHaveLength(1);
  });

  test('several entries and advisories of one vulnerability: one match, the nearest fix, names joined', () => {
    const two = advisory(
      'GHSA-dddd-eeee-ffff',
      [entry('npm', 'a', [{ introduced: '2.0.0' }, { fixed: '2.4.0' }]), entry('npm', 'a', [{ introduced: '1.0.0' }, { fixed: '1.9.0' }])],
      { aliases: ['CVE-2024-1111'] },
    );
    const [match, ...rest] = run(npm('1.1.0'), two, ghsa).matches;
    expect(rest).toEqual([]);
    expect(match).toMatchObject({ fixedIn: '1.2.0', aliases: ['GHSA-aaaa-bbbb-cccc', 'GHSA-dddd-eeee-ffff'] });
  });

  test('an advisory without CVE joins the one it is an alias of, and two CVEs never join', () => {
    const pysec = advisory('OTHER-1', [entry('npm', 'a', below('1.2.0'))], { aliases: ['GHSA-aaaa-bbbb-cccc'] });
    expect(run(npm('1.1.0'), pysec, ghsa).matches).toMatchObject([
      { vulnerabilityId: 'CVE-2024-1111', aliases: ['GHSA-aaaa-bbbb-cccc', 'OTHER-1'] },
    ]);
    const both = advisory('OTHER-2', [entry('npm', 'a', below('1.2.0'))], { aliases: ['CVE-2024-1111', 'CVE-2024-2222'] });
    const second = advisory('CVE-2024-2222', [entry('npm', 'a', below('1.2.0'))]);
    expect(ids(npm('1.1.0'), both, ghsa, second).map(([id]) => id)).toEqual(['CVE-2024-1111', 'CVE-2024-2222', 'OTHER-2']);
  });

  test('malicious packages match in every version', () => {
    const mal = advisory('MAL-2024-1', [entry('npm', 'a', [{ introduced: '0' }])]);
    expect(run(npm('1.1.0'), mal).matches[0]).toMatchObject({
      malicious: true,
      reason: { rule: 'all-versions', found: { range: 'all versions' } },
    });
    const silent = advisory('MAL-2024-2', [entry('npm', 'a', [])]);
    expect(ids(npm('1.1.0'), silent)).toHaveLength(1);
  });

  test('no versions given is no answer', () => {
    const result = run(npm('1.1.0'), advisory('CVE-2024-1111', [entry('npm', 'a', [])]));
    expect(result.matches).toEqual([]);
    expect(result.statements).toMatchObject([{ answer: 'under-investigation' }]);
  });

  test('Go: main modules without a version are never matched, and only reviewed advisories speak of the standard library', () => {
    const main = (version: string, name = 'example.com/app'): PackageIdentity => ({
      type: 'golang',
      namespace: 'golang',
      name,
      version,
      owner: 'none',
      purl: '',
    });
    const go = advisory('GO-2024-1', [entry('Go', 'example.com/app', below('1.2.0')), entry('Go', 'stdlib', below('1.21.0'))], {
      aliases: ['CVE-2024-1111'],
    });
    for (const version of ['(devel)', '', 'v0.0.0', 'v0.0.0-20240101000000-abcdefabcdef+dirty']) {
      expect(run(main(version), go).matches).toEqual([]);
      expect(run(main(version), go).gaps).toMatchObject([{ code: 'unparsable-version' }]);
    }
    expect(ids(main('v1.1.0'), go)).toHaveLength(1);
    expect(ids(main('v0.0.0-20240101000000-abcdefabcdef'), go)).toHaveLength(1);
    expect(ids(main('go1.20.3', 'stdlib'), go)).toHaveLength(1);
    const github = advisory('GHSA-aaaa-bbbb-cccc', [entry('Go', 'stdlib', below('1.99.0'))], { aliases: ['CVE-2024-2222'] });
    expect(ids(main('go1.20.3', 'stdlib'), github)).toEqual([]);
  });
});

describe('gaps', () => {
  test('a version that cannot be read is said, not passed over', () => {
    const known = advisory('CVE-2024-1111', [entry('npm', 'a', below('1.2.0'))]);
    expect(run(npm('latest'), known)).toMatchObject({
      matches: [],
      gaps: [{ code: 'unparsable-version', message: expect.stringContaining('latest') }],
    });
    expect(run(npm('1.0.0'), advisory('CVE-2024-1111', [entry('npm', 'a', below('soon'))]))).toMatchObject({
      matches: [],
      gaps: [{ message: expect.stringContaining('soon') }],
    });
    expect(run(npm('latest'), known).undecided).toEqual(['CVE-2024-1111']);
    expect(run(npm('latest', { name: 'unknown' }), known)).toMatchObject({ gaps: [], undecided: [] });
    const other = advisory('CVE-2024-2222', [entry('npm', 'a', below('soon'))]);
    expect(run(npm('1.0.0'), known, other)).toMatchObject({
      matches: [{ vulnerabilityId: 'CVE-2024-1111' }],
      undecided: ['CVE-2024-2222'],
    });
  });

  test('a namespace without advisories is one gap for the whole inventory', () => {
    const packages = ['x', 'y'].map((name) => ({ identity: deb({ namespace: 'plan9:4', name }), evidence: [] }));
    const result = matchInventory({ packages }, memoryLookup([advisory('CVE-2024-1111', [entry('npm', 'a', below('1'))])]));
    expect(result.packages).toEqual([]);
    expect(result.gaps).toMatchObject([{ code: 'no-advisories-for-namespace', message: expect.stringContaining('plan9:4') }]);
  });
});
