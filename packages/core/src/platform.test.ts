import { expect, it } from 'vitest';
import { architectureName, platformText, processArchitecture } from './platform.ts';

it.each([
  ['x86_64', 'amd64'],
  ['i686', '386'],
  ['aarch64', 'arm64'],
  ['armv7l', 'arm/v7'],
  ['armhf', 'arm/v7'],
  ['armv6l', 'arm/v6'],
  ['ppc64', 'ppc64'],
  ['amd64', 'amd64'],
  ['constructor', 'constructor'],
])('%s is %s', (name, expected) => {
  expect(architectureName(name)).toBe(expected);
});

it('reads what Node.js calls its own machine', () => {
  expect(['x64', 'ia32', 'arm64', 'ppc64', 's390x'].map(processArchitecture)).toEqual(['amd64', '386', 'arm64', 'ppc64le', 's390x']);
});

it('writes a platform with its variant where it has one', () => {
  expect(platformText({ os: 'linux', architecture: 'arm64', variant: 'v8' })).toBe('linux/arm64/v8');
  expect(platformText({ os: 'linux', architecture: 'amd64' })).toBe('linux/amd64');
});
