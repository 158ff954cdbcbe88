import { describe, expect, it } from 'vitest';
import type { FixFirstAction, Upgrade } from '../../api/fix-first.ts';
import { parseState } from '../findings/findings-state.ts';
import { steps } from './cumulative.ts';
import { formatFixFirst, parseFixFirst } from './fix-first-state.ts';
import { actionHref, placeName, upgradeHref } from './links.ts';

const COUNTS = { all: 3, critical: 1, high: 2, medium: 0, low: 0, informational: 0, untriaged: 0 };
const ACTION: FixFirstAction = {
  ...{ kind: 'PACKAGE', accountId: '000000000007', running: true, urgency: 64, weight: 3, severity: 'HIGH' },
  ...{ exposure: 'INTERNET', exploitation: 'KNOWN', inUseCount: 3, resourceCount: 1, findingCounts: COUNTS, removedFindingCount: 3 },
  ...{ package: { name: 'glibc', namespace: 'debian:12', fixedInVersion: '2.36-9+deb12u3' }, place: 'r.example:5000/shop/api' },
  packages: [
    { name: 'libc6', version: '2.36-9' },
    { name: 'libc-bin', version: '2.36-9' },
    { name: 'libc6', version: '2.36-8' },
  ],
  ...{ vulnerabilityIds: ['CVE-2023-4911'], vulnerabilityCount: 1, places: ['r.example:5000/shop/api'], placeCount: 1, oldestFindingAt: 1 },
};
const UPGRADE: Upgrade = {
  ...{
    kind: 'PACKAGE',
    package: { name: 'glibc', namespace: 'debian:12' },
    packageNames: ['libc6'],
    removedFindingCount: 2,
    riskShare: 0.4,
  },
  ...{ findingCounts: COUNTS, resourceCount: 2, inUseCount: 3, places: ['r.example/a', 'r.example/b'], placeCount: 2 },
};
const said = (href: string) => parseState(href.slice(1)).conditions.map(({ key, operator, values }) => `${key} ${operator} ${values}`);

describe('a link from what to fix into the findings it is about', () => {
  it('asks for installed packages, where they are, and whether that runs', () => {
    expect(said(actionHref(ACTION))).toEqual([
      'packageName = libc6',
      'packageName = libc-bin',
      'ecrImageRegistry = r.example:5000',
      'ecrImageRepositoryName = shop/api',
      'ecrImageInUseCount >= 1',
    ]);
    expect(said(actionHref({ ...ACTION, running: false })).at(-1)).toBe('ecrImageInUseCount <= 0');
  });

  it('means a resource that lies in no repository by its ARN, and does not ask how often a host runs', () => {
    const place = 'arn:aws:ec2:us-east-1:000000000007:instance/i-1';
    expect(said(actionHref({ ...ACTION, place })).slice(2)).toEqual([`resourceId = ${place}`]);
    expect(placeName(place)).toBe('instance/i-1');
  });

  it('keeps what the page was narrowed to', () => {
    const narrowed = [{ key: 'severity', operator: '=', values: ['HIGH'] }] as const;
    expect(said(actionHref({ ...ACTION, kind: 'VULNERABILITY', vulnerabilityId: 'CVE-1' }, narrowed))).toEqual([
      'vulnerabilityId = CVE-1',
      'severity = HIGH',
    ]);
  });

  it('asks for what runs only where all of an upgrade is in repositories that are named', () => {
    expect(said(upgradeHref(UPGRADE, true))).toEqual(['packageName = libc6', 'ecrImageInUseCount >= 1']);
    expect(said(upgradeHref({ ...UPGRADE, placeCount: 3 }, true))).toEqual(['packageName = libc6']);
    expect(said(upgradeHref({ ...UPGRADE, kind: 'BASE_IMAGE', packageNames: [] }, true))).toEqual([
      'ecrImageRegistry = r.example',
      'ecrImageRepositoryName = a',
      'ecrImageRepositoryName = b',
      'ecrImageInUseCount >= 1',
    ]);
  });
});

it('draws each difference where those before it ended, within the whole', () => {
  expect(steps([0.5, 0.25, 0.5])).toEqual([
    { start: 0, end: 0.5 },
    { start: 0.5, end: 0.75 },
    { start: 0.75, end: 1 },
  ]);
});

it('keeps its state in the address', () => {
  const state = { by: 'VULNERABILITY', conditions: [{ key: 'ecrImageRepositoryName', operator: '^', values: ['shop/'] }] } as const;
  expect(formatFixFirst(state)).toBe('?f=ecrImageRepositoryName.starts.shop%2F&by=vulnerability');
  expect(parseFixFirst(formatFixFirst(state))).toEqual(state);
  expect(formatFixFirst(parseFixFirst(''))).toBe('');
});
