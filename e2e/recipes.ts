import { expect } from 'vitest';

/** What the clients learn on their way through the recipes, and what was there before. */
export interface Known {
  /** The client's own word, for names that must not meet those of another client. */
  readonly client: string;
  readonly account: string;
  /** A second account of the same organisation. */
  readonly member: string;
  readonly keyArn: string;
  /** Runs in a cluster of each kind. */
  readonly imageArn: string;
  findingArn: string;
  filterArn: string;
  reportId: string;
  exportId: string;
  nextToken: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * One call that every client makes, in the order of the list: what to send, what the answer holds at least, what to remember of it.
 * Inputs keep to what clients of 2022 can write. A new operation needs one line here.
 */
export interface Recipe {
  readonly service: 'inspector2' | 'inspector-scan' | 'sts';
  readonly operation: string;
  readonly input?: (known: Known) => Json;
  readonly output?: (known: Known) => Json;
  // biome-ignore lint/suspicious/noExplicitAny: the clients type answers each in their own way
  readonly learn?: (answer: any, known: Known) => void;
  /** A refusal that is as good as an answer: what was to be stopped may have ended already. */
  readonly mayRefuse?: string;
  /** Asked again until its answer holds what it must. */
  readonly again?: boolean;
}

const arn = expect.stringMatching(/^arn:aws:inspector2:/);
const text = expect.any(String);
const list = expect.any(Array);
const inspector2 = (operation: string, rest: Omit<Recipe, 'service' | 'operation'> = {}): Recipe => ({
  service: 'inspector2',
  operation,
  ...rest,
});
const destination = ({ client, keyArn }: Known) => ({ bucketName: 'reports', keyPrefix: client, kmsKeyArn: keyArn });
const place = { scanType: 'CODE', resourceType: 'AWS_LAMBDA_FUNCTION' };
const own = ({ account }: Known) => ({ accountIds: [account] });
const theMember = ({ member }: Known) => ({ accountId: member });
const podsOfShop = {
  lastInUse: expect.anything(),
  runningUnitCount: 2,
  stoppedUnitCount: 0,
  clusterMetadata: { awsEksMetadataDetails: { namespace: 'shop', workloadInfoList: [{ name: 'web', type: 'Deployment' }] } },
};
const tasksOfWeb = {
  lastInUse: expect.anything(),
  runningUnitCount: 3,
  stoppedUnitCount: 0,
  clusterMetadata: {
    awsEcsMetadataDetails: { detailsGroup: 'service:web', taskDefinitionArn: expect.stringMatching(/:task-definition\/web:7$/) },
  },
};
const theFilter = ({ filterArn }: Known) => ({ resourceArn: filterArn });

const FINDINGS: readonly Recipe[] = [
  inspector2('ListFindings', {
    input: () => ({ maxResults: 5, sortCriteria: { field: 'SEVERITY', sortOrder: 'DESC' } }),
    output: () => ({
      findings: expect.arrayContaining([expect.objectContaining({ findingArn: arn, firstObservedAt: expect.anything() })]),
    }),
    learn: (answer, known) => {
      known.findingArn = answer.findings[0].findingArn;
    },
  }),
  inspector2('BatchGetFindingDetails', {
    input: ({ findingArn }) => ({ findingArns: [findingArn] }),
    output: ({ findingArn }) => ({ findingDetails: [{ findingArn }] }),
  }),
  inspector2('ListFindingAggregations', {
    input: () => ({ aggregationType: 'TITLE', aggregationRequest: { titleAggregation: { sortBy: 'ALL', sortOrder: 'DESC' } } }),
    output: () => ({
      aggregationType: 'TITLE',
      responses: expect.arrayContaining([expect.objectContaining({ titleAggregation: expect.anything() })]),
    }),
  }),
  inspector2('SearchVulnerabilities', {
    input: () => ({ filterCriteria: { vulnerabilityIds: ['CVE-2021-23337'] } }),
    output: () => ({ vulnerabilities: list }),
  }),
  inspector2('ListCoverage', { input: () => ({ maxResults: 5 }), output: () => ({ coveredResources: list }) }),
  inspector2('ListCoverageStatistics', {
    input: () => ({ groupBy: 'RESOURCE_TYPE' }),
    output: () => ({ totalCounts: expect.any(Number) }),
  }),
];

const FILTERS: readonly Recipe[] = [
  inspector2('CreateFilter', {
    input: ({ client }) => ({
      name: `of-${client}`,
      action: 'SUPPRESS',
      description: 'd',
      filterCriteria: { severity: [{ comparison: 'EQUALS', value: 'LOW' }] },
      tags: { made: 'yes' },
    }),
    output: () => ({ arn }),
    learn: (answer, known) => {
      known.filterArn = answer.arn;
    },
  }),
  inspector2('UpdateFilter', {
    input: ({ filterArn }) => ({ filterArn, action: 'NONE', description: 'changed' }),
    output: ({ filterArn }) => ({ arn: filterArn }),
  }),
  inspector2('ListFilters', {
    input: ({ filterArn }) => ({ arns: [filterArn] }),
    output: ({ client, filterArn }) => ({
      filters: [{ arn: filterArn, name: `of-${client}`, action: 'NONE', description: 'changed', tags: { made: 'yes' } }],
    }),
  }),
  inspector2('TagResource', { input: (known) => ({ ...theFilter(known), tags: { team: 'web shop', cost: '7' } }) }),
  inspector2('UntagResource', { input: (known) => ({ ...theFilter(known), tagKeys: ['made', 'cost'] }) }),
  inspector2('ListTagsForResource', { input: theFilter, output: () => ({ tags: { team: 'web shop' } }) }),
  inspector2('DeleteFilter', { input: ({ filterArn }) => ({ arn: filterArn }), output: ({ filterArn }) => ({ arn: filterArn }) }),
];

const REPORTS: readonly Recipe[] = [
  inspector2('CreateFindingsReport', {
    input: (known) => ({ reportFormat: 'JSON', s3Destination: destination(known) }),
    output: () => ({ reportId: text }),
    learn: (answer, known) => {
      known.reportId = answer.reportId;
    },
  }),
  inspector2('GetFindingsReportStatus', {
    input: ({ reportId }) => ({ reportId }),
    output: (known) => ({ reportId: known.reportId, status: 'SUCCEEDED', destination: destination(known) }),
    again: true,
  }),
  inspector2('CancelFindingsReport', { input: ({ reportId }) => ({ reportId }), mayRefuse: 'ValidationException' }),
  inspector2('CreateSbomExport', {
    input: (known) => ({ reportFormat: 'CYCLONEDX_1_4', s3Destination: destination(known) }),
    output: () => ({ reportId: text }),
    learn: (answer, known) => {
      known.exportId = answer.reportId;
    },
  }),
  inspector2('GetSbomExport', {
    input: ({ exportId }) => ({ reportId: exportId }),
    output: ({ exportId }) => ({ reportId: exportId, status: 'SUCCEEDED', format: 'CYCLONEDX_1_4' }),
    again: true,
  }),
  inspector2('CancelSbomExport', { input: ({ exportId }) => ({ reportId: exportId }), mayRefuse: 'ValidationException' }),
  inspector2('UpdateEncryptionKey', { input: ({ keyArn }) => ({ ...place, kmsKeyId: keyArn }) }),
  inspector2('GetEncryptionKey', { input: () => place, output: ({ keyArn }) => ({ kmsKeyId: keyArn }) }),
  inspector2('ResetEncryptionKey', { input: () => place }),
];

const ACCOUNTS: readonly Recipe[] = [
  { service: 'sts', operation: 'GetCallerIdentity', output: ({ account }) => ({ Account: account, Arn: text, UserId: text }) },
  inspector2('Disable', {
    input: () => ({ resourceTypes: ['EC2'] }),
    output: () => ({ accounts: [{ resourceStatus: { ec2: 'DISABLED' } }] }),
  }),
  inspector2('Enable', {
    input: () => ({ resourceTypes: ['EC2'] }),
    output: () => ({ accounts: [{ resourceStatus: { ec2: 'ENABLED' } }] }),
  }),
  inspector2('BatchGetAccountStatus', {
    input: own,
    output: ({ account }) => ({ accounts: [{ accountId: account, state: { status: 'ENABLED' } }] }),
  }),
  inspector2('ListAccountPermissions', { input: () => ({ maxResults: 100 }), output: () => ({ permissions: list }) }),
  inspector2('UpdateConfiguration', { input: () => ({ ecrConfiguration: { rescanDuration: 'DAYS_30' } }) }),
  inspector2('GetClustersForImage', {
    input: ({ imageArn }) => ({ filter: { resourceId: imageArn }, maxResults: 1 }),
    output: () => ({ cluster: [{ clusterArn: expect.stringContaining(':cluster/east'), clusterDetails: [podsOfShop] }], nextToken: text }),
    learn: (answer, known) => {
      known.nextToken = answer.nextToken;
    },
  }),
  inspector2('GetClustersForImage', {
    input: ({ imageArn, nextToken }) => ({ filter: { resourceId: imageArn }, maxResults: 1, nextToken }),
    output: () => ({ cluster: [{ clusterArn: expect.stringContaining(':cluster/prod'), clusterDetails: [tasksOfWeb] }] }),
  }),
  inspector2('GetClustersForImage', {
    input: ({ imageArn }) => ({ filter: { resourceId: imageArn.replace('/app/', '/nobody/') } }),
    output: () => ({ cluster: [] }),
  }),
  inspector2('GetConfiguration', { output: () => ({ ecrConfiguration: { rescanDurationState: { rescanDuration: 'DAYS_30' } } }) }),
  inspector2('ListUsageTotals', { input: own, output: ({ account }) => ({ totals: [{ accountId: account, usage: list }] }) }),
  inspector2('BatchGetFreeTrialInfo', {
    input: own,
    output: ({ account }) => ({ accounts: [{ accountId: account, freeTrialInfo: list }], failedAccounts: [] }),
  }),
];

const ORGANIZATION: readonly Recipe[] = [
  inspector2('EnableDelegatedAdminAccount', {
    input: ({ account }) => ({ delegatedAdminAccountId: account }),
    output: ({ account }) => ({ delegatedAdminAccountId: account }),
  }),
  inspector2('GetDelegatedAdminAccount', {
    output: ({ account }) => ({ delegatedAdmin: { accountId: account, relationshipStatus: 'ENABLED' } }),
  }),
  inspector2('ListDelegatedAdminAccounts', {
    output: ({ account }) => ({ delegatedAdminAccounts: [{ accountId: account, status: 'ENABLED' }] }),
  }),
  inspector2('UpdateOrganizationConfiguration', {
    input: () => ({ autoEnable: { ec2: false, ecr: true } }),
    output: () => ({ autoEnable: { ec2: false, ecr: true } }),
  }),
  inspector2('DescribeOrganizationConfiguration', {
    output: () => ({ autoEnable: { ec2: false, ecr: true }, maxAccountLimitReached: false }),
  }),
  inspector2('AssociateMember', { input: theMember, output: theMember }),
  inspector2('GetMember', {
    input: theMember,
    output: ({ account, member }) => ({ member: { accountId: member, delegatedAdminAccountId: account, relationshipStatus: 'ENABLED' } }),
  }),
  inspector2('ListMembers', { input: () => ({ onlyAssociated: true }), output: ({ member }) => ({ members: [{ accountId: member }] }) }),
  inspector2('DisassociateMember', { input: theMember, output: theMember }),
  inspector2('DisableDelegatedAdminAccount', {
    input: ({ account }) => ({ delegatedAdminAccountId: account }),
    output: ({ account }) => ({ delegatedAdminAccountId: account }),
  }),
];

const SBOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  components: [{ 'bom-ref': 'c1', type: 'library', name: 'lodash', version: '4.17.15', purl: 'pkg:npm/lodash@4.17.15' }],
};

export const RECIPES: readonly Recipe[] = [
  ...ACCOUNTS,
  ...FINDINGS,
  ...FILTERS,
  ...REPORTS,
  ...ORGANIZATION,
  {
    service: 'inspector-scan',
    operation: 'ScanSbom',
    input: () => ({ sbom: SBOM, outputFormat: 'CYCLONE_DX_1_5' }),
    output: () => ({ sbom: { bomFormat: 'CycloneDX' } }),
  },
];
