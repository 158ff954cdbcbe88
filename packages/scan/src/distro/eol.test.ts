import { describe, expect, it } from 'vitest';
import { END_OF_LIFE, END_OF_LIFE_BY_ID } from './eol.data.ts';
import { endOfLifeGap } from './eol.ts';
import { namespaceOfRelease } from './namespaces.ts';
import { ownerClassOf, ownerClassOfVendor } from './owner-class.ts';

function distro(id: string, version: string) {
  const namespace = namespaceOfRelease({ id, version });
  return { id, version, prettyName: `${id} ${version}`, ...(namespace === undefined ? {} : { namespace }) };
}

describe('end of life', () => {
  it('begins the day after the last day', () => {
    const bullseye = distro('debian', '11');
    expect(endOfLifeGap(bullseye, Date.parse('2026-08-31T23:59:59Z'))).toBeNull();
    expect(endOfLifeGap(bullseye, Date.parse('2026-09-01T00:00:00Z'))?.code).toBe('end-of-life-distribution');
  });
  it('of CentOS is its own, of rolling or unknown distributions there is none', () => {
    const now = Date.parse('2026-11-21T00:00:00Z');
    expect(endOfLifeGap(distro('centos', '8.4'), now)?.message).toContain('2021-12-31');
    expect(endOfLifeGap(distro('rhel', '8.10'), now)).toBeNull();
    for (const none of [distro('wolfi', '2023'), distro('plan9', '4'), distro('toString', ''), null])
      expect(endOfLifeGap(none, now)).toBeNull();
  });
  it('is a real date for every release', () => {
    for (const date of [...Object.values(END_OF_LIFE), ...Object.values(END_OF_LIFE_BY_ID)]) {
      expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
    }
  });
});

describe('whose words count for files', () => {
  it('follows whether the distribution also lists what is not fixed', () => {
    const comprehensive = ['arch', 'azurelinux', 'mariner', 'debian', 'rhel', 'almalinux', 'rocky', 'ubuntu'];
    for (const id of comprehensive) expect(ownerClassOf(distro(id, '9'))).toBe('comprehensive-distro');
    for (const id of ['amzn', 'alpine', 'sles', 'ol', 'wolfi', 'fedora']) expect(ownerClassOf(distro(id, '9'))).toBe('other');
    expect(ownerClassOf(null)).toBe('other');
  });
  it('needs the distribution as vendor of an RPM', () => {
    const rhel = distro('rhel', '9.4');
    expect(ownerClassOfVendor(rhel, 'Red Hat, Inc.')).toBe('comprehensive-distro');
    for (const vendor of [undefined, 'Fedora Project', 'NodeSource', 'Remi Collet']) expect(ownerClassOfVendor(rhel, vendor)).toBe('other');
  });
});
