import type { Inspector2Handlers } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../context.ts';
import { batchGetAccountStatus } from './operations/account/batch-get-account-status.ts';
import { disable } from './operations/account/disable.ts';
import { enable } from './operations/account/enable.ts';
import { listAccountPermissions } from './operations/account/list-account-permissions.ts';
import { getClustersForImage } from './operations/clusters/get-clusters-for-image.ts';
import { getConfiguration } from './operations/configuration/get-configuration.ts';
import { updateConfiguration } from './operations/configuration/update-configuration.ts';
import { listCoverage } from './operations/coverage/list-coverage.ts';
import { listCoverageStatistics } from './operations/coverage/list-coverage-statistics.ts';
import { getEncryptionKey } from './operations/encryption-key/get-encryption-key.ts';
import { resetEncryptionKey } from './operations/encryption-key/reset-encryption-key.ts';
import { updateEncryptionKey } from './operations/encryption-key/update-encryption-key.ts';
import { createFilter } from './operations/filters/create-filter.ts';
import { deleteFilter } from './operations/filters/delete-filter.ts';
import { listFilters } from './operations/filters/list-filters.ts';
import { updateFilter } from './operations/filters/update-filter.ts';
import { batchGetFindingDetails } from './operations/findings/batch-get-finding-details.ts';
import { listFindingAggregations } from './operations/findings/list-finding-aggregations.ts';
import { listFindings } from './operations/findings/list-findings.ts';
import { associateMember } from './operations/members/associate-member.ts';
import { disassociateMember } from './operations/members/disassociate-member.ts';
import { getMember } from './operations/members/get-member.ts';
import { listMembers } from './operations/members/list-members.ts';
import { describeOrganizationConfiguration } from './operations/organization/describe-organization-configuration.ts';
import { disableDelegatedAdminAccount } from './operations/organization/disable-delegated-admin-account.ts';
import { enableDelegatedAdminAccount } from './operations/organization/enable-delegated-admin-account.ts';
import { getDelegatedAdminAccount } from './operations/organization/get-delegated-admin-account.ts';
import { listDelegatedAdminAccounts } from './operations/organization/list-delegated-admin-accounts.ts';
import { updateOrganizationConfiguration } from './operations/organization/update-organization-configuration.ts';
import { cancelFindingsReport } from './operations/reports/cancel-findings-report.ts';
import { cancelSbomExport } from './operations/reports/cancel-sbom-export.ts';
import { createFindingsReport } from './operations/reports/create-findings-report.ts';
import { createSbomExport } from './operations/reports/create-sbom-export.ts';
import { getFindingsReportStatus } from './operations/reports/get-findings-report-status.ts';
import { getSbomExport } from './operations/reports/get-sbom-export.ts';
import { listTagsForResource } from './operations/tags/list-tags-for-resource.ts';
import { tagResource } from './operations/tags/tag-resource.ts';
import { untagResource } from './operations/tags/untag-resource.ts';
import { batchGetFreeTrialInfo } from './operations/usage/batch-get-free-trial-info.ts';
import { listUsageTotals } from './operations/usage/list-usage-totals.ts';
import { searchVulnerabilities } from './operations/vulnerabilities/search-vulnerabilities.ts';

/** Every operation of inspector2 that is built; the model's others answer `NAME is not built yet`. */
export const INSPECTOR2_OPERATIONS: Inspector2Handlers<ServerContext> = {
  BatchGetAccountStatus: batchGetAccountStatus,
  BatchGetFindingDetails: batchGetFindingDetails,
  CreateFilter: createFilter,
  DeleteFilter: deleteFilter,
  Disable: disable,
  Enable: enable,
  GetClustersForImage: getClustersForImage,
  GetConfiguration: getConfiguration,
  ListCoverage: listCoverage,
  ListCoverageStatistics: listCoverageStatistics,
  ListFilters: listFilters,
  ListFindingAggregations: listFindingAggregations,
  ListFindings: listFindings,
  EnableDelegatedAdminAccount: enableDelegatedAdminAccount,
  DisableDelegatedAdminAccount: disableDelegatedAdminAccount,
  GetDelegatedAdminAccount: getDelegatedAdminAccount,
  ListDelegatedAdminAccounts: listDelegatedAdminAccounts,
  DescribeOrganizationConfiguration: describeOrganizationConfiguration,
  UpdateOrganizationConfiguration: updateOrganizationConfiguration,
  AssociateMember: associateMember,
  DisassociateMember: disassociateMember,
  GetMember: getMember,
  ListMembers: listMembers,
  ListAccountPermissions: listAccountPermissions,
  UpdateConfiguration: updateConfiguration,
  UpdateFilter: updateFilter,
  CancelFindingsReport: cancelFindingsReport,
  CancelSbomExport: cancelSbomExport,
  CreateFindingsReport: createFindingsReport,
  CreateSbomExport: createSbomExport,
  GetEncryptionKey: getEncryptionKey,
  GetFindingsReportStatus: getFindingsReportStatus,
  GetSbomExport: getSbomExport,
  ResetEncryptionKey: resetEncryptionKey,
  UpdateEncryptionKey: updateEncryptionKey,
  SearchVulnerabilities: searchVulnerabilities,
  BatchGetFreeTrialInfo: batchGetFreeTrialInfo,
  ListUsageTotals: listUsageTotals,
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
  UntagResource: untagResource,
};
