import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { malformedVariants } from '@assay/testkit/malformed.ts';
import { missingDataReason, unpackTestData } from '@assay/testkit/test-data.ts';
import { describe, expect, it } from 'vitest';
import { DISTRO_FILES, detectDistro } from './detect.ts';

const data = unpackTestData('inventories');
if (data === null) console.warn(missingDataReason('inventories'));

function detect(files: Readonly<Record<string, string>>): ReturnType<typeof detectDistro> {
  return detectDistro(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
}
function osRelease(text: string): ReturnType<typeof detectDistro> {
  return detect({ 'etc/os-release': text });
}

describe('detectDistro', () => {
  it('reads shell quoting, comments, empty values, indentation and takes the last of duplicate keys', () => {
    const text = '# c\n  ID="de\\"x"\nID=debian # really\nVERSION_ID=\'12\'\nVERSION_CODENAME=\nPRETTY_NAME="A \\$1 `B`"\n';
    expect(osRelease(text)).toEqual({ id: 'debian', version: '12', prettyName: 'A $1 `B`', namespace: 'debian:12' });
  });
  it('prefers /etc to /usr/lib and both to other release files', () => {
    const files = { 'usr/lib/os-release': 'ID=debian\nVERSION_ID=11\n', 'etc/redhat-release': 'CentOS release 5' };
    expect(detect({ ...files, 'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.3\n' })?.namespace).toBe('alpine:3.20');
    expect(detect(files)?.namespace).toBe('debian:11');
    expect(detect({ ...files, 'usr/lib/os-release': '' })?.namespace).toBe('redhat:5');
  });
  it('knows testing and unstable of Debian by their codename', () => {
    expect(osRelease('ID=debian\nVERSION_CODENAME=forky\n')).toMatchObject({ codename: 'forky', namespace: 'debian:14' });
    expect(detect({ 'etc/os-release': 'ID=debian\n', 'etc/debian_version': 'trixie/sid\n' })).toMatchObject({
      version: 'trixie',
      namespace: 'debian:13',
    });
    expect(osRelease('ID=debian\nVERSION_CODENAME=sid\n')?.namespace).toBe('debian:sid');
  });
  it('takes Alpine for edge by its pre-release or by its repositories', () => {
    const release = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.21.0\n' };
    const edge = 'https://mirror/alpine/edge/main\n#https://mirror/alpine/v3.21/main\n';
    expect(detect({ ...release, 'etc/alpine-release': '3.21.0_alpha20240923' })?.namespace).toBe('alpine:edge');
    expect(detect({ ...release, 'etc/apk/repositories': edge })?.namespace).toBe('alpine:edge');
    expect(detect({ ...release, 'etc/apk/repositories': `${edge}https://mirror/alpine/v3.21/main\n` })?.namespace).toBe('alpine:3.21');
    expect(detect({ 'etc/alpine-release': '3.9.6\n' })?.namespace).toBe('alpine:3.9');
  });
  it.each([
    ['ID=ubuntu\nVERSION_ID="22.04"', 'ubuntu:22.04'],
    ['ID=linuxmint\nVERSION_ID="21.3"\nUBUNTU_CODENAME=jammy', 'ubuntu:22.04'],
    ['ID=raspbian\nVERSION_ID=11', 'debian:11'],
    ['ID=kali\nID_LIKE=debian\nVERSION_ID=2024.1', undefined],
    ['ID="rhel"\nVERSION_ID="9.3"', 'redhat:9'],
    ['ID="centos"\nNAME="CentOS Linux"\nVERSION_ID="7"', 'redhat:7'],
    ['ID="centos"\nNAME="CentOS Stream"\nVERSION_ID="9"', undefined],
    ['ID="almalinux"\nVERSION_ID="9.4"', 'almalinux:9'],
    ['ID="rocky"\nVERSION_ID="8.10"', 'rocky:8'],
    ['ID="ol"\nVERSION_ID="8.9"', 'ol:8'],
    ['ID="amzn"\nID_LIKE="centos rhel fedora"\nVERSION_ID="2"', 'amzn:2'],
    ['ID="amzn"\nVERSION_ID="2018.03"', 'amzn:1'],
    ['ID="amzn"\nVERSION_ID="2023"', 'amzn:2023'],
    ['ID=mariner\nVERSION_ID="2.0"', 'azurelinux:2'],
    ['ID=azurelinux\nVERSION_ID="3.0"', 'azurelinux:3'],
    ['ID=sles\nVERSION_ID="15.5"', 'suse:Linux Enterprise Server 15 SP5'],
    ['ID="opensuse-leap"\nVERSION_ID="15.5"', 'opensuse:Leap 15.5'],
    ['ID=photon\nVERSION_ID=5.0', 'photon:5.0'],
    ['ID="openEuler"\nVERSION="22.03 (LTS-SP3)"\nVERSION_ID="22.03"', 'openeuler:22.03-LTS-SP3'],
    ['ID=wolfi\nVERSION_ID="20230201"', 'wolfi'],
    ['ID=chainguard\nVERSION_ID="20230214"', 'chainguard'],
    ['ID=arch', 'arch'],
    ['ID=postmarketos\nVERSION_ID="v24.06"', 'alpine:3.20'],
    ['ID=plan9\nVERSION_ID=4', undefined],
  ])('maps %j to %s', (text, namespace) => {
    expect(osRelease(text)?.namespace).toBe(namespace);
  });
  it('is null where nothing says what it is', () => {
    expect(detect({})).toBeNull();
    expect(detect({ 'etc/os-release': 'hello', 'etc/redhat-release': 'no idea', 'etc/lsb-release': 'DISTRIB_ID=x' })).toBeNull();
    expect(osRelease('ID=../../x\nVERSION_ID=1')).toBeNull();
  });
});

describe('detectDistro on damaged files', () => {
  it.each(DISTRO_FILES)('%s gives a distribution of plain bounded words or none', (path) => {
    const valid = 'NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian \\$x 12"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';
    for (const variant of malformedVariants(Buffer.from(valid))) {
      const distro = detectDistro(new Map([[path, variant]]));
      for (const word of Object.values(distro ?? {})) expect(word).toMatch(/^[^\u0000-\u001f]{0,1100}$/);
    }
  });
});

describe.skipIf(data === null)('detectDistro on real release files', () => {
  function real(path: string, at: string): ReturnType<typeof detectDistro> {
    return detectDistro(new Map([[at, readFileSync(join(data!, path))]]));
  }
  const clair = 'dpkg-rpm/claircore';
  const releases = (family: string, versions: string): string[][] =>
    versions.split(' ').map((version) => [`${clair}/${family}/${version}/etc/os-release`, version]);

  it.each(releases('alpine/testdata', '3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14 3.15 3.16 3.17 3.18'))(
    '%s',
    (path, version) => {
      expect(real(path!, 'etc/os-release')?.namespace).toBe(`alpine:${version}`);
    },
  );
  it('takes the edge os-release for edge', () => {
    expect(real(`${clair}/alpine/testdata/edge/etc/os-release`, 'etc/os-release')?.namespace).toBe('alpine:edge');
  });
  it.each(releases('debian/testdata/dist', '7 8 9 10 11 12'))('%s', (path, version) => {
    expect(real(path!, 'etc/os-release')?.namespace).toBe(`debian:${version}`);
  });
  it.each(releases('debian/testdata/distroless_dist', '9 10 11'))('%s', (path, version) => {
    expect(real(path!, 'etc/os-release')?.namespace).toBe(`debian:${version}`);
  });
  it.each(releases('ubuntu/testdata/dist', '12.04 14.04 16.04 17.10 18.04 20.04 21.10 22.04 23.10'))('%s', (path, version) => {
    expect(real(path!, 'etc/os-release')?.namespace).toBe(`ubuntu:${version}`);
  });
  const syft = 'syft-os/syft/linux/testdata/os';
  const fanal = 'fanal/analyzer/os';
  it.each([
    [`${clair}/rhel/testdata/releasefiles/8/etc/os-release`, 'etc/os-release', 'redhat:8'],
    [`${clair}/rhel/testdata/releasefiles/9/etc/redhat-release`, 'etc/redhat-release', 'redhat:9'],
    [`${clair}/rhel/testdata/releasefiles/oracle-7/etc/oracle-release`, 'etc/oracle-release', 'ol:7'],
    [`${syft}/centos6/etc/system-release-cpe`, 'etc/system-release-cpe', 'redhat:6'],
    [`${syft}/centos5/etc/redhat-release`, 'etc/redhat-release', 'redhat:5'],
    [`${syft}/almalinux/from-redhat-release/etc/redhat-release`, 'etc/redhat-release', 'almalinux:8'],
    [`${syft}/rockylinux/from-redhat-release/etc/redhat-release`, 'etc/redhat-release', 'rocky:8'],
    [`${syft}/scientific/from-redhat-release/etc/redhat-release`, 'etc/redhat-release', 'redhat:7'],
    [`${syft}/amazon/etc/os-release`, 'etc/os-release', 'amzn:2'],
    [`${syft}/oraclelinux/etc/os-release`, 'etc/os-release', 'ol:8'],
    [`${syft}/photon/etc/os-release`, 'etc/os-release', 'photon:2.0'],
    [`${syft}/mariner/etc/os-release`, 'etc/os-release', 'azurelinux:1'],
    [`${syft}/wolfi/etc/os-release`, 'etc/os-release', 'wolfi'],
    [`${syft}/arch/etc/os-release`, 'etc/os-release', 'arch'],
    [`${syft}/sles/etc/os-release`, 'etc/os-release', 'suse:Linux Enterprise Server 15 SP2'],
    [`${syft}/debian/with-point-release/etc/debian_version`, 'etc/debian_version', 'debian:13'],
    [`${fanal}/ubuntu/testdata/lsb-release`, 'etc/lsb-release', 'ubuntu:18.04'],
    [`${fanal}/debian/testdata/debian_sid/etc/debian_version`, 'etc/debian_version', 'debian:10'],
    [`${fanal}/mariner/testdata/1.0/mariner-release`, 'etc/mariner-release', 'azurelinux:1'],
    [`${fanal}/redhatbase/testdata/fedora_29/fedora-release`, 'etc/fedora-release', 'fedora:29'],
    [`${clair}/osrelease/testdata/Vyos.txtar`, 'etc/os-release', undefined],
    [`${clair}/osrelease/testdata/EmptyKey.txtar`, 'etc/os-release', 'fedora:30'],
    [`${clair}/osrelease/testdata/Silverblue.txtar`, 'etc/os-release', 'fedora:30'],
    [`${clair}/osrelease/testdata/DistrolessCorrupt.txtar`, 'etc/os-release', 'debian:12'],
  ])('%s', (path, at, namespace) => {
    const distro = real(path, at);
    expect(distro).not.toBeNull();
    expect(distro?.namespace).toBe(namespace);
  });
});
