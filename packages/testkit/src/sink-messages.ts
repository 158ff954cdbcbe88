import type { DigestMessage, FindingMessage, GroupMessage, ServiceMessage, SinkMessage, TestMessage } from '@assay/connectors/message.ts';

/** Text that breaks lines, headers, markup, quoting, direction and lengths. */
export const HOSTILE = `<!channel> [x](http://evil.example) "]\\ *b* & </a>\r\nBcc: x@evil.example\u202e\u0000\u0007${'é'.repeat(3000)}`;

const told = { account: '000000000001', region: 'us-east-1', at: '2026-11-22T10:11:12.345Z' };
const image = 'arn:aws:ecr:us-east-1:000000000001:repository/shop/app/sha256:1111';

export function findingMessage(more: Partial<FindingMessage> = {}): FindingMessage {
  const arn = 'arn:aws:inspector2:us-east-1:000000000001:finding/0123456789abcdef0123456789abcdef';
  const title = 'CVE-2021-23337 - lodash';
  return {
    ...{ type: 'finding', ...told, seq: 7, kind: 'OPENED', actor: 'scan', change: {} },
    finding: { arn, status: 'ACTIVE', severity: 'HIGH', score: 7.2 },
    vulnerability: { id: 'CVE-2021-23337', title },
    resource: { type: 'AWS_ECR_CONTAINER_IMAGE', id: image, repository: 'shop/app' },
    detail: {
      ...{
        findingArn: arn,
        awsAccountId: told.account,
        type: 'PACKAGE_VULNERABILITY',
        title,
        description: 'Command injection',
        severity: 'HIGH',
      },
      ...{
        status: 'ACTIVE',
        firstObservedAt: told.at,
        lastObservedAt: told.at,
        updatedAt: told.at,
        inspectorScore: 7.2,
        fixAvailable: 'YES',
      },
      resources: [
        {
          type: 'AWS_ECR_CONTAINER_IMAGE',
          id: image,
          details: { awsEcrContainerImage: { repositoryName: 'shop/app', imageTags: ['v1'] } },
        },
      ],
      packageVulnerabilityDetails: {
        ...{ vulnerabilityId: 'CVE-2021-23337', source: 'GITHUB', referenceUrls: ['https://example.com/a'], relatedVulnerabilities: [] },
        vulnerablePackages: [{ name: 'lodash', version: '4.17.15', epoch: 0, packageManager: 'NODEPKG', fixedInVersion: '4.17.21' }],
      },
    },
    ...more,
  };
}

function serviceMessage(more: Partial<ServiceMessage> = {}): ServiceMessage {
  return { type: 'service', ...told, seq: 8, kind: 'COVERAGE', actor: 'scan', subject: image, body: { version: '1.0' }, ...more };
}

export function groupMessage(more: Partial<GroupMessage> = {}): GroupMessage {
  return {
    ...{ type: 'group', ...told, seq: 9, by: 'vulnerability', id: 'CVE-2021-23337', title: 'lodash', severity: 'CRITICAL', place: '' },
    ...{ counts: { opened: 8000, reopened: 0, closed: 0, changed: 0, suppressed: 0 }, open: 8000, total: 8000 },
    top: [{ id: image, title: null, severity: 'CRITICAL', inUse: 3 }],
    ...more,
  };
}

export function digestMessage(more: Partial<DigestMessage> = {}): DigestMessage {
  return {
    ...{ type: 'digest', ...told, seq: 10, since: '2026-11-21T08:00:00.000Z', overdue: 2, open: { CRITICAL: 1, HIGH: 4 } },
    counts: { opened: 3, reopened: 1, closed: 2, changed: 0, suppressed: 0 },
    top: [{ id: 'CVE-2021-23337', title: 'lodash', severity: 'HIGH', inUse: 1, resources: 2 }],
    ...more,
  };
}

export function testMessage(more: Partial<TestMessage> = {}): TestMessage {
  return { type: 'test', ...told, sink: 'alerts', ...more };
}

/** One of each, with texts that somebody chose to do harm with. */
export function hostileMessages(): SinkMessage[] {
  const plain = findingMessage();
  const detail = { ...plain.detail, title: HOSTILE, description: HOSTILE };
  return [
    { ...plain, vulnerability: { id: HOSTILE, title: HOSTILE }, resource: { ...plain.resource, id: HOSTILE, repository: HOSTILE }, detail },
    { ...plain, detail: null },
    serviceMessage({ subject: HOSTILE, actor: HOSTILE, body: { text: HOSTILE } }),
    groupMessage({ id: HOSTILE, title: HOSTILE, top: [{ id: HOSTILE, title: HOSTILE, severity: 'HIGH', inUse: 1 }] }),
    digestMessage({ top: [{ id: HOSTILE, title: HOSTILE, severity: 'HIGH', inUse: 1, resources: 2 }] }),
    testMessage({ sink: HOSTILE }),
  ];
}
