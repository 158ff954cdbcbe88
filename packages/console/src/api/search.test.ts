import { expect, it } from 'vitest';
import { findingOf, type SearchedFinding } from './search.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const FOUND: SearchedFinding = {
  ...{ findingArn: 'arn:1', accountId: '000000000007', type: 'PACKAGE_VULNERABILITY', severity: 'HIGH', status: 'ACTIVE' },
  ...{ vulnerabilityId: 'CVE-1', exploitAvailable: true, knownExploited: true, fixAvailable: 'YES', exposure: 'INTERNET' },
  ...{ resourceArn: `arn:aws:ecr:us-east-1:000000000007:repository/r.example/shop/api/${DIGEST}`, resourceType: 'AWS_ECR_CONTAINER_IMAGE' },
  ...{ registry: 'r.example', repository: 'shop/api', imageTags: ['1'], resourceTags: {}, inUseCount: 3, lastInUseAt: 5 },
  ...{ vulnerabilitySource: 'NVD', vendorSeverity: 'UNTRIAGED', firstObservedAt: 1, lastObservedAt: 2 },
  packages: [{ name: 'zlib', version: '1', fixedInVersion: '2' }],
};

it('puts what the extension found into the shape that Amazon’s list has', () => {
  const finding = findingOf(FOUND);
  expect(finding).toMatchObject({ exploitAvailable: 'YES', exposure: 'INTERNET', knownExploited: true });
  expect(finding.resources?.[0]?.details?.awsEcrContainerImage).toEqual({
    ...{ repositoryName: 'shop/api', registry: 'r.example', imageHash: DIGEST, imageTags: ['1'], inUseCount: 3, lastInUseAt: 5 },
  });
  expect(finding.packageVulnerabilityDetails).not.toHaveProperty('vendorSeverity');
});

it('says nothing of an image where the resource is none', () => {
  const { registry: _, repository: __, ...host } = FOUND;
  const finding = findingOf({ ...host, resourceArn: 'arn:host', resourceType: 'AWS_EC2_INSTANCE', resourceTags: { Name: 'build-01' } });
  expect(finding.resources).toEqual([{ type: 'AWS_EC2_INSTANCE', id: 'arn:host', tags: { Name: 'build-01' } }]);
});
