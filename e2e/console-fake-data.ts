/** A small estate in the wire's own shape, for the console's tests: three resources, real vulnerabilities of Debian 12's first release. */

export const ACCOUNT = '000000000000';
/** 2026-11-21T21:00:00Z in seconds: the fake service's own clock. */
export const NOW = 1_795_294_800;
const DAY = 86_400;

type Row = Record<string, unknown>;

interface Vulnerability {
  readonly id: string;
  readonly source: string;
  readonly packages: readonly string[];
  readonly version: string;
  readonly fixed?: string;
  readonly score?: number;
  readonly vector?: string;
  readonly epss?: number;
  readonly kev?: boolean;
  readonly days: number;
  readonly text: string;
}

const NETWORK_HIGH = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H';
const NETWORK_CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const USER_HIGH = 'CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H';
const NETWORK_MEDIUM = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L';
const LOCAL_MEDIUM = 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H';

export const VULNERABILITIES: readonly Vulnerability[] = [
  {
    id: 'CVE-2023-4911',
    source: 'glibc',
    packages: ['libc-bin', 'libc6'],
    version: '2.36-9',
    fixed: '2.36-9+deb12u3',
    score: 7.8,
    vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H',
    epss: 0.6912,
    kev: true,
    days: 780,
    text: 'The dynamic loader copies GLIBC_TUNABLES into a buffer that is too small. A local user can gain root through any set-user-ID program.',
  },
  {
    id: 'CVE-2023-38545',
    source: 'curl',
    packages: ['curl', 'libcurl4'],
    version: '7.88.1-10',
    fixed: '7.88.1-10+deb12u4',
    score: 9.8,
    vector: NETWORK_CRITICAL,
    epss: 0.2631,
    days: 772,
    text: 'A host name longer than 255 bytes overflows a heap buffer during the SOCKS5 handshake.',
  },
  {
    id: 'CVE-2024-45491',
    source: 'expat',
    packages: ['libexpat1'],
    version: '2.5.0-1',
    fixed: '2.5.0-1+deb12u1',
    score: 9.8,
    vector: NETWORK_CRITICAL,
    epss: 0.0142,
    days: 440,
    text: 'An integer overflow for nDefaultAtts on 32-bit platforms.',
  },
  {
    id: 'CVE-2024-37371',
    source: 'krb5',
    packages: ['libgssapi-krb5-2', 'libk5crypto3', 'libkrb5-3', 'libkrb5support0'],
    version: '1.20.1-2',
    fixed: '1.20.1-2+deb12u2',
    score: 9.1,
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H',
    epss: 0.0027,
    days: 510,
    text: 'Message tokens with invalid length fields lead to invalid memory reads.',
  },
  {
    id: 'CVE-2023-5363',
    source: 'openssl',
    packages: ['libssl3', 'openssl'],
    version: '3.0.11-1~deb12u1',
    fixed: '3.0.11-1~deb12u2',
    score: 7.5,
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
    epss: 0.0421,
    days: 759,
    text: 'Key and IV lengths changed through parameters are processed after the cipher was set up, which can truncate or overread them.',
  },
  {
    id: 'CVE-2024-5535',
    source: 'openssl',
    packages: ['libssl3', 'openssl'],
    version: '3.0.11-1~deb12u1',
    fixed: '3.0.15-1~deb12u1',
    score: 9.1,
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H',
    epss: 0.0511,
    days: 505,
    text: 'SSL_select_next_proto with an empty client list reads beyond its buffer and may send the bytes to the peer.',
  },
  {
    id: 'CVE-2023-44487',
    source: 'nghttp2',
    packages: ['libnghttp2-14'],
    version: '1.52.0-1',
    fixed: '1.52.0-1+deb12u1',
    score: 7.5,
    vector: NETWORK_HIGH,
    epss: 0.9442,
    kev: true,
    days: 773,
    text: 'Streams that are opened and reset at once exhaust the server (HTTP/2 Rapid Reset).',
  },
  {
    id: 'CVE-2023-50387',
    source: 'systemd',
    packages: ['libsystemd0', 'libudev1'],
    version: '252.6-1',
    fixed: '252.23-1~deb12u1',
    score: 7.5,
    vector: NETWORK_HIGH,
    epss: 0.4812,
    days: 640,
    text: 'DNSSEC answers with many signatures and keys take very long to verify (KeyTrap).',
  },
  {
    id: 'CVE-2023-45853',
    source: 'zlib',
    packages: ['zlib1g'],
    version: '1:1.2.13.dfsg-1',
    score: 9.8,
    vector: NETWORK_CRITICAL,
    epss: 0.0139,
    days: 768,
    text: 'zipOpenNewFileInZip4_64 overflows on a long name, comment or extra field. Debian does not build MiniZip into this package.',
  },
  {
    id: 'CVE-2023-31484',
    source: 'perl',
    packages: ['perl-base'],
    version: '5.36.0-7',
    fixed: '5.36.0-7+deb12u3',
    score: 8.1,
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H',
    epss: 0.0119,
    days: 930,
    text: 'CPAN.pm does not verify TLS certificates when it downloads distributions.',
  },
  {
    id: 'CVE-2024-0553',
    source: 'gnutls28',
    packages: ['libgnutls30'],
    version: '3.7.9-2',
    fixed: '3.7.9-2+deb12u2',
    score: 7.5,
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
    epss: 0.0098,
    days: 674,
    text: 'Response times to malformed RSA ciphertexts differ, which leaks secret data.',
  },
  {
    id: 'CVE-2022-48303',
    source: 'tar',
    packages: ['tar'],
    version: '1.34+dfsg-1.2',
    fixed: '1.34+dfsg-1.2+deb12u1',
    score: 5.5,
    vector: 'CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H',
    epss: 0.0009,
    days: 1020,
    text: 'A one-byte read beyond the buffer in a V7 archive whose mtime has about 11 white space characters.',
  },
  {
    id: 'CVE-2024-28085',
    source: 'util-linux',
    packages: ['bsdutils', 'mount', 'util-linux', 'libmount1', 'libblkid1'],
    version: '2.38.1-5',
    fixed: '2.38.1-5+deb12u1',
    score: 3.3,
    vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:L/A:N',
    epss: 0.0821,
    days: 602,
    text: 'wall does not filter escape sequences from its command line arguments.',
  },
  {
    id: 'CVE-2023-5678',
    source: 'openssl',
    packages: ['libssl3', 'openssl'],
    version: '3.0.11-1~deb12u1',
    fixed: '3.0.13-1~deb12u1',
    score: 5.3,
    vector: NETWORK_MEDIUM,
    epss: 0.0031,
    days: 745,
    text: 'Checking or generating very long X9.42 DH keys is very slow.',
  },
  {
    id: 'CVE-2023-39615',
    source: 'libxml2',
    packages: ['libxml2'],
    version: '2.9.14+dfsg-1.2',
    fixed: '2.9.14+dfsg-1.3~deb12u1',
    score: 6.5,
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H',
    epss: 0.0013,
    days: 810,
    text: 'xmlSAX2StartElement reads beyond a global buffer.',
  },
  {
    id: 'CVE-2024-2961',
    source: 'glibc',
    packages: ['libc-bin', 'libc6'],
    version: '2.36-9',
    fixed: '2.36-9+deb12u6',
    score: 7.3,
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L',
    epss: 0.9261,
    days: 581,
    text: 'iconv() writes up to four bytes beyond its output buffer when it converts to ISO-2022-CN-EXT.',
  },
  {
    id: 'CVE-2023-4016',
    source: 'procps',
    packages: ['procps', 'libproc2-0'],
    version: '2:4.0.2-3',
    score: 3.3,
    vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:L',
    epss: 0.0005,
    days: 840,
    text: 'ps -C with a very long list of names overflows a heap buffer.',
  },
  {
    id: 'CVE-2023-29491',
    source: 'ncurses',
    packages: ['libtinfo6', 'ncurses-base', 'ncurses-bin'],
    version: '6.4-2',
    fixed: '6.4-4',
    score: 7.8,
    vector: USER_HIGH,
    epss: 0.0008,
    days: 940,
    text: 'A malformed terminfo entry of a user corrupts memory in set-user-ID programs.',
  },
  {
    id: 'CVE-2024-22365',
    source: 'pam',
    packages: ['libpam0g', 'libpam-modules'],
    version: '1.5.2-6',
    fixed: '1.5.2-6+deb12u2',
    score: 5.5,
    vector: LOCAL_MEDIUM,
    epss: 0.0006,
    days: 655,
    text: 'pam_namespace blocks the login when a user puts a FIFO into a polyinstantiated directory.',
  },
  {
    id: 'CVE-2011-3374',
    source: 'apt',
    packages: ['apt', 'libapt-pkg6.0'],
    version: '2.6.1',
    days: 5400,
    text: 'apt-key does not verify the master keyring against the archive keys.',
  },
];

interface Thing {
  readonly arn: string;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly details: Row;
  readonly tags: Row;
  readonly reason: string;
  readonly layer?: string;
  readonly take: (index: number) => boolean;
}

const DIGEST = `sha256:${'4f3c1a9be2d07785'.repeat(4)}`;
export const THINGS: readonly Thing[] = [
  {
    arn: `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-0a1b2c3d4e5f60718`,
    id: 'i-0a1b2c3d4e5f60718',
    type: 'AWS_EC2_INSTANCE',
    name: 'sample',
    details: { awsEc2Instance: { platform: 'DEBIAN_12' } },
    tags: { Name: 'sample' },
    reason: 'SUCCESSFUL',
    take: () => true,
  },
  {
    arn: `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-0f9e8d7c6b5a40312`,
    id: 'i-0f9e8d7c6b5a40312',
    type: 'AWS_EC2_INSTANCE',
    name: 'build-01',
    details: { awsEc2Instance: { platform: 'DEBIAN_12' } },
    tags: { Name: 'build-01' },
    reason: 'SUCCESSFUL',
    take: (i) => i % 3 === 0,
  },
  {
    arn: `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/registry.example/shop/api/${DIGEST}`,
    id: `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/registry.example/shop/api/${DIGEST}`,
    type: 'AWS_ECR_CONTAINER_IMAGE',
    name: 'shop/api:1.4',
    details: {
      awsEcrContainerImage: {
        repositoryName: 'shop/api',
        registry: 'registry.example',
        imageHash: DIGEST,
        imageTags: ['1.4'],
        architecture: 'amd64',
        platform: 'DEBIAN_12',
        pushedAt: NOW - 12 * DAY,
        lastInUseAt: NOW - 3600,
        inUseCount: 6,
      },
    },
    tags: {},
    reason: 'SUCCESSFUL',
    layer: `sha256:${'9be2d077854f3c1a'.repeat(4)}`,
    take: (i) => i % 2 === 0,
  },
  {
    arn: `arn:aws:inspector2:us-east-1:${ACCOUNT}:codesecurity-integration/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/project-7c9e6679-7425-40de-944b-e07fc1f90ae7`,
    id: `arn:aws:inspector2:us-east-1:${ACCOUNT}:codesecurity-integration/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/project-7c9e6679-7425-40de-944b-e07fc1f90ae7`,
    type: 'CODE_REPOSITORY',
    name: 'checkout',
    details: { codeRepository: { projectName: 'checkout', providerType: 'GITLAB_SELF_MANAGED' } },
    tags: {},
    reason: 'SUCCESSFUL',
    take: () => false,
  },
];

/** Written by nobody we trust: shown as text, never run, never linked. */
export const HOSTILE = '<img src=x onerror="document.title=\'owned\'">';

function severityOf(score: number | undefined): string {
  if (score === undefined) return 'UNTRIAGED';
  return score >= 9 ? 'CRITICAL' : score >= 7 ? 'HIGH' : score >= 4 ? 'MEDIUM' : score > 0 ? 'LOW' : 'INFORMATIONAL';
}

function splitVersion(text: string): Row {
  const colon = text.indexOf(':');
  const rest = colon < 0 ? text : text.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? 0 : Number(text.slice(0, colon)),
    version: dash < 0 ? rest : rest.slice(0, dash),
    ...(dash < 0 ? {} : { release: rest.slice(dash + 1) }),
  };
}

function hex(seed: number): string {
  return (seed * 2_654_435_761 + 97).toString(16).padStart(16, '0').slice(-16).repeat(2);
}

function makeFinding(vulnerability: Vulnerability, thing: Thing, seed: number): Row {
  const { id, packages, version, fixed, score, vector, epss } = vulnerability;
  return {
    findingArn: `arn:aws:inspector2:us-east-1:${ACCOUNT}:finding/${hex(seed)}`,
    awsAccountId: ACCOUNT,
    type: 'PACKAGE_VULNERABILITY',
    title: `${id} - ${packages.join(', ')}`,
    description: id === 'CVE-2011-3374' ? `${vulnerability.text} ${HOSTILE}` : vulnerability.text,
    remediation: { recommendation: { text: 'None Provided' } },
    severity: severityOf(score),
    status: seed % 17 === 0 ? 'SUPPRESSED' : 'ACTIVE',
    firstObservedAt: NOW - Math.min(vulnerability.days, (seed % 40) + 1) * DAY,
    lastObservedAt: NOW - 600,
    updatedAt: NOW - 600,
    resources: [{ type: thing.type, id: thing.id, partition: 'aws', region: 'us-east-1', tags: thing.tags, details: thing.details }],
    ...(score === undefined
      ? {}
      : {
          inspectorScore: score,
          inspectorScoreDetails: { adjustedCvss: { score, scoringVector: vector, version: '3.1', scoreSource: 'NVD', cvssSource: 'NVD' } },
        }),
    packageVulnerabilityDetails: {
      vulnerabilityId: id,
      source: 'DEBIAN_CVE',
      sourceUrl: `https://security-tracker.debian.org/tracker/${id}`,
      referenceUrls: [`https://nvd.nist.gov/vuln/detail/${id}`, ...(id === 'CVE-2011-3374' ? ['javascript:alert(1)'] : [])],
      vendorSeverity: score === undefined ? 'unimportant' : 'not yet assigned',
      cvss: score === undefined ? [] : [{ baseScore: score, scoringVector: vector, version: '3.1', source: 'NVD' }],
      relatedVulnerabilities: [],
      vulnerablePackages: packages.map((name) => ({
        name,
        ...splitVersion(version),
        arch: 'AMD64',
        packageManager: 'OS',
        filePath: 'var/lib/dpkg/status',
        fixedInVersion: fixed ?? 'NotAvailable',
        ...(fixed === undefined ? {} : { remediation: `apt-get update && apt-get install --only-upgrade ${packages.join(' ')}` }),
        ...(thing.layer === undefined ? {} : { sourceLayerHash: thing.layer }),
      })),
    },
    fixAvailable: fixed === undefined ? 'NO' : 'YES',
    exploitAvailable: (epss ?? 0) > 0.4 ? 'YES' : 'NO',
    ...(epss === undefined ? {} : { epss: { score: epss } }),
  };
}

export function makeFindings(): Row[] {
  let seed = 0;
  return VULNERABILITIES.flatMap((vulnerability, i) =>
    THINGS.filter((thing) => thing.take(i)).map((thing) => makeFinding(vulnerability, thing, ++seed)),
  );
}
