import { expect, test } from 'vitest';
import { languageTypeOfNamespace, namespaceOfEcosystem, normalizeName, splitNamespace } from './namespace.ts';
import { PACKAGE_TYPES } from './package-type.ts';

test.each([
  ['Debian:12', 'debian:12'],
  ['Ubuntu:22.04', 'ubuntu:22.04'],
  ['Ubuntu:22.04:LTS', 'ubuntu:22.04'],
  ['Ubuntu:Pro:18.04:LTS', 'ubuntu:18.04/pro'],
  ['Ubuntu:Pro:FIPS-updates:20.04:LTS', 'ubuntu:20.04/pro-fips-updates'],
  ['Alpine:v3.20', 'alpine:3.20'],
  ['AlmaLinux:9', 'almalinux:9'],
  ['Rocky Linux:8', 'rocky:8'],
  ['Red Hat:enterprise_linux:9::appstream', 'redhat:9'],
  ['Red Hat:rhel_eus:9.2::baseos', 'redhat:9/eus'],
  ['Red Hat:openshift:4', 'redhat:openshift:4'],
  ['openSUSE:Leap 15.5', 'opensuse:Leap 15.5'],
  ['Wolfi', 'wolfi'],
  ['npm', 'npm'],
  ['PyPI', 'pypi'],
  ['Packagist:https://packages.drupal.org/8', 'composer'],
  ['crates.io', 'cargo'],
  ['OSS-Fuzz', undefined],
  ['constructor', undefined],
  ['', undefined],
])('%s is %s', (ecosystem, namespace) => {
  expect(namespaceOfEcosystem(ecosystem)).toBe(namespace);
});

test('names are spelled as advisories key them', () => {
  expect(normalizeName('pypi', 'Zope.Interface__x')).toBe('zope-interface-x');
  expect(normalizeName('nuget', 'Newtonsoft.Json')).toBe('newtonsoft.json');
  expect(normalizeName('npm', 'JSONStream')).toBe('JSONStream');
  expect(normalizeName('debian:12', 'LibX')).toBe('LibX');
  for (const [type, row] of Object.entries(PACKAGE_TYPES)) {
    const once = row.normalizeName('A.b_C--d');
    expect(row.normalizeName(once), type).toBe(once);
  }
});

test('language namespaces are types, distributions are not', () => {
  expect(languageTypeOfNamespace('npm')?.purl).toBe('npm');
  for (const namespace of ['debian:12', 'deb', 'rpm', '__proto__', 'toString']) expect(languageTypeOfNamespace(namespace)).toBeUndefined();
  expect(splitNamespace('ubuntu:22.04/esm-infra')).toEqual({ base: 'ubuntu:22.04', stream: 'esm-infra' });
});
