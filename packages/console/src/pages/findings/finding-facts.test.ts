import { describe, expect, it } from 'vitest';
import type { Finding, Resource, VulnerablePackage } from '../../api/types.ts';
import { tokenOf } from '../sign-in/token.ts';
import { reasonings } from './detail/explanation.ts';
import { fixedVersion, highestSeverity, installedVersion, packageSummary, resourceName, restCount, shortTitle } from './finding-facts.ts';

const pkg = (more: Partial<VulnerablePackage>): VulnerablePackage => ({ name: 'zlib1g', version: '1.2.13.dfsg', ...more });

describe('packages', () => {
  it('have their version as the distribution writes it', () => {
    expect(installedVersion(pkg({ epoch: 1, release: '1' }))).toBe('1:1.2.13.dfsg-1');
    expect(installedVersion(pkg({ epoch: 0, release: '' }))).toBe('1.2.13.dfsg');
  });

  it('have no fix where Amazon writes NotAvailable', () => {
    expect(fixedVersion(pkg({ fixedInVersion: 'NotAvailable' }))).toBeUndefined();
    expect(fixedVersion(pkg({ fixedInVersion: '' }))).toBeUndefined();
    expect(fixedVersion(pkg({ fixedInVersion: '0:1.2.13-2' }))).toBe('0:1.2.13-2');
  });

  it('are counted once however often they were found', () => {
    const vulnerablePackages = [pkg({ filePath: 'a' }), pkg({ filePath: 'b' }), pkg({ name: 'zlib1g-dev' })];
    const finding = { packageVulnerabilityDetails: { vulnerabilityId: 'CVE-1', source: 'x', vulnerablePackages } } as Finding;
    expect(packageSummary(finding).others).toBe(1);
    expect(packageSummary({} as Finding)).toEqual({ first: undefined, others: 0 });
  });
});

describe('resources', () => {
  it('are called by what a person calls them', () => {
    const image = { repositoryName: 'shop/api', imageHash: `sha256:${'ab'.repeat(32)}`, registry: 'r', imageTags: ['1.4'] };
    const named = (resource: Partial<Resource>) => resourceName({ type: 'AWS_EC2_INSTANCE', id: 'i-0a1b2c3d4e5f60718', ...resource }).name;
    expect(named({ details: { awsEcrContainerImage: image } })).toBe('shop/api:1.4');
    expect(named({ details: { awsEcrContainerImage: { ...image, imageTags: [] } } })).toBe('shop/api@abababababab');
    expect(named({ tags: { Name: 'build-01' } })).toBe('build-01');
    expect(named({})).toBe('i-0a1b2c3d4e5f60718');
    expect(resourceName(undefined).name).toBe('');
  });
});

it('takes the id out of a title that starts with it', () => {
  expect(shortTitle('CVE-2023-4911 - libc6', 'CVE-2023-4911')).toBe('libc6');
  expect(shortTitle('Port 22 is reachable', 'CVE-2023-4911')).toBe('Port 22 is reachable');
});

it('names a group after its highest severity and counts the rest', () => {
  expect(highestSeverity({ all: 3, critical: 0, high: 1, medium: 1 })).toBe('HIGH');
  expect(highestSeverity({ all: 3 })).toBe('REST');
  expect(restCount({ all: 3, critical: 0, high: 1, medium: 1 })).toBe(1);
  expect(restCount(undefined)).toBe(0);
});

it('tells one reason for all packages that one source package made', () => {
  const base = {
    version: '7.88.1-10',
    sourceName: 'curl',
    sourceVersion: '7.88.1-10',
    namespace: 'debian:12',
    searchedBy: 'source',
    rule: 'version-in-range',
    range: '< x',
    advisory: { id: 'CVE-2023-38545', feed: 'debian-tracker' },
    fix: { status: 'fixed' },
    locations: [],
  };
  const [first, ...others] = reasonings([
    { ...base, name: 'curl' },
    { ...base, name: 'libcurl4' },
  ]);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ via: 'source', name: 'curl', installed: ['curl', 'libcurl4'] });
});

it('takes a token out of the fragment and nothing else', () => {
  expect(tokenOf('#token=abc.DEF_123-xyz')).toBe('abc.DEF_123-xyz');
  expect(tokenOf('#abcdefgh12')).toBe('abcdefgh12');
  for (const hash of ['', '#', '#token=', '#short', '#a b c d e f g h', '#<script>alert(1)</script>']) expect(tokenOf(hash)).toBeNull();
});
