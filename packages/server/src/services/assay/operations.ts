import type { AssayHandlers } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../context.ts';
import { closeAccount } from './operations/account/close-account.ts';
import { createAccount } from './operations/account/create-account.ts';
import { listAccounts } from './operations/account/list-accounts.ts';
import { exportAuditRecords } from './operations/audit/export-audit-records.ts';
import { listAuditRecords } from './operations/audit/list-audit-records.ts';
import { deleteCluster } from './operations/cluster/delete-cluster.ts';
import { getCluster } from './operations/cluster/get-cluster.ts';
import { getRunningMap } from './operations/cluster/get-running-map.ts';
import { listClusterNamespaces } from './operations/cluster/list-cluster-namespaces.ts';
import { listClusterWorkloads } from './operations/cluster/list-cluster-workloads.ts';
import { listClusters } from './operations/cluster/list-clusters.ts';
import { listUnresolvedImages } from './operations/cluster/list-unresolved-images.ts';
import { createCollector } from './operations/collector/create-collector.ts';
import { deleteCollector } from './operations/collector/delete-collector.ts';
import { getCollector } from './operations/collector/get-collector.ts';
import { listCollectorKinds } from './operations/collector/list-collector-kinds.ts';
import { listCollectors } from './operations/collector/list-collectors.ts';
import { reportRunning } from './operations/collector/report-running.ts';
import { updateCollector } from './operations/collector/update-collector.ts';
import { createAccessKey } from './operations/credential/create-access-key.ts';
import { createBearerToken } from './operations/credential/create-bearer-token.ts';
import { deleteAccessKey } from './operations/credential/delete-access-key.ts';
import { deleteBearerToken } from './operations/credential/delete-bearer-token.ts';
import { deleteUser } from './operations/credential/delete-user.ts';
import { listAccessKeys } from './operations/credential/list-access-keys.ts';
import { listBearerTokens } from './operations/credential/list-bearer-tokens.ts';
import { getDuePolicy } from './operations/due/get-due-policy.ts';
import { listDueDatesByOwner } from './operations/due/list-due-dates-by-owner.ts';
import { listDueFindings } from './operations/due/list-due-findings.ts';
import { putDuePolicy } from './operations/due/put-due-policy.ts';
import { putOwnerRules } from './operations/due/put-owner-rules.ts';
import { acceptHeldImages } from './operations/eligibility/accept-held-images.ts';
import { getMonitoringStatus } from './operations/eligibility/get-monitoring-status.ts';
import { previewMonitoring } from './operations/eligibility/preview-monitoring.ts';
import { updateMonitoring } from './operations/eligibility/update-monitoring.ts';
import { downloadExport } from './operations/export/download-export.ts';
import { getExportStore } from './operations/export/get-export-store.ts';
import { listExports } from './operations/export/list-exports.ts';
import { resetExportStore } from './operations/export/reset-export-store.ts';
import { updateExportStore } from './operations/export/update-export-store.ts';
import { explainFinding } from './operations/finding/explain-finding.ts';
import { searchFindings } from './operations/finding/search-findings.ts';
import { listFixFirst } from './operations/fix-first/list-fix-first.ts';
import { listUpgrades } from './operations/fix-first/list-upgrades.ts';
import { getFindingHistory } from './operations/history/get-finding-history.ts';
import { getRunningHistory } from './operations/history/get-running-history.ts';
import { listFindingsAt } from './operations/history/list-findings-at.ts';
import { createKey } from './operations/key/create-key.ts';
import { decryptDataKey } from './operations/key/decrypt-data-key.ts';
import { listKeys } from './operations/key/list-keys.ts';
import { rotateKey } from './operations/key/rotate-key.ts';
import { crawlRegistry } from './operations/registry/crawl-registry.ts';
import { createRegistry } from './operations/registry/create-registry.ts';
import { deleteRegistry } from './operations/registry/delete-registry.ts';
import { getRegistry } from './operations/registry/get-registry.ts';
import { listRegistries } from './operations/registry/list-registries.ts';
import { listRegistryKinds } from './operations/registry/list-registry-kinds.ts';
import { updateRegistry } from './operations/registry/update-registry.ts';
import { listRepositories } from './operations/repository/list-repositories.ts';
import { listRepositoryImages } from './operations/repository/list-repository-images.ts';
import { listTagHistory } from './operations/repository/list-tag-history.ts';
import { deleteResource } from './operations/resource/delete-resource.ts';
import { getScan } from './operations/scan/get-scan.ts';
import { startScan } from './operations/scan/start-scan.ts';
import { getServiceStatus } from './operations/service/get-service-status.ts';
import { createSignInLink } from './operations/sign-in/create-sign-in-link.ts';
import { createSink } from './operations/sink/create-sink.ts';
import { deleteSink } from './operations/sink/delete-sink.ts';
import { getSink } from './operations/sink/get-sink.ts';
import { listDeadLetters } from './operations/sink/list-dead-letters.ts';
import { listSinkKinds } from './operations/sink/list-sink-kinds.ts';
import { listSinks } from './operations/sink/list-sinks.ts';
import { replayDeadLetters } from './operations/sink/replay-dead-letters.ts';
import { sendTestEvent } from './operations/sink/send-test-event.ts';
import { updateSink } from './operations/sink/update-sink.ts';
import { countResourceStates } from './operations/state/count-resource-states.ts';
import { listRecommendations } from './operations/state/list-recommendations.ts';
import { listResourceStates } from './operations/state/list-resource-states.ts';
import { getSubmission } from './operations/submission/get-submission.ts';
import { submitInventory } from './operations/submission/submit-inventory.ts';
import { approveSuppressionRule } from './operations/suppression/approve-suppression-rule.ts';
import { createSuppressionRule } from './operations/suppression/create-suppression-rule.ts';
import { getSuppressionSettings } from './operations/suppression/get-suppression-settings.ts';
import { listSuppressionRuleChanges } from './operations/suppression/list-suppression-rule-changes.ts';
import { listSuppressionRules } from './operations/suppression/list-suppression-rules.ts';
import { previewSuppressionRule } from './operations/suppression/preview-suppression-rule.ts';
import { updateSuppressionRule } from './operations/suppression/update-suppression-rule.ts';
import { updateSuppressionSettings } from './operations/suppression/update-suppression-settings.ts';
import { getFindingTrend } from './operations/trend/get-finding-trend.ts';
import { getRemediationTimes } from './operations/trend/get-remediation-times.ts';
import { listTopMovers } from './operations/trend/list-top-movers.ts';
import { exportVex } from './operations/vex/export-vex.ts';
import { importVex } from './operations/vex/import-vex.ts';
import { getVulnerability } from './operations/vulnerability/get-vulnerability.ts';

/** Our extension service: what Amazon has no word for. */
export const ASSAY_OPERATIONS: AssayHandlers<ServerContext> = {
  DeleteResource: deleteResource,
  AcceptHeldImages: acceptHeldImages,
  GetMonitoringStatus: getMonitoringStatus,
  PreviewMonitoring: previewMonitoring,
  UpdateMonitoring: updateMonitoring,
  CountResourceStates: countResourceStates,
  ListRecommendations: listRecommendations,
  ListResourceStates: listResourceStates,
  DeleteCluster: deleteCluster,
  GetCluster: getCluster,
  GetRunningMap: getRunningMap,
  ListClusterNamespaces: listClusterNamespaces,
  ListClusterWorkloads: listClusterWorkloads,
  ListClusters: listClusters,
  ListUnresolvedImages: listUnresolvedImages,
  ExplainFinding: explainFinding,
  ExportAuditRecords: exportAuditRecords,
  ListAuditRecords: listAuditRecords,
  GetFindingTrend: getFindingTrend,
  GetRemediationTimes: getRemediationTimes,
  GetScan: getScan,
  StartScan: startScan,
  GetServiceStatus: getServiceStatus,
  GetSubmission: getSubmission,
  SubmitInventory: submitInventory,
  CreateSignInLink: createSignInLink,
  ListTopMovers: listTopMovers,
  CloseAccount: closeAccount,
  CreateAccount: createAccount,
  ListAccounts: listAccounts,
  CreateSink: createSink,
  DeleteSink: deleteSink,
  GetSink: getSink,
  ListDeadLetters: listDeadLetters,
  ListSinkKinds: listSinkKinds,
  ListSinks: listSinks,
  ReplayDeadLetters: replayDeadLetters,
  SendTestEvent: sendTestEvent,
  UpdateSink: updateSink,
  CreateCollector: createCollector,
  DeleteCollector: deleteCollector,
  GetCollector: getCollector,
  ListCollectorKinds: listCollectorKinds,
  ListCollectors: listCollectors,
  ReportRunning: reportRunning,
  UpdateCollector: updateCollector,
  CreateAccessKey: createAccessKey,
  CreateBearerToken: createBearerToken,
  DeleteAccessKey: deleteAccessKey,
  DeleteBearerToken: deleteBearerToken,
  DeleteUser: deleteUser,
  ListAccessKeys: listAccessKeys,
  ListBearerTokens: listBearerTokens,
  CreateKey: createKey,
  DecryptDataKey: decryptDataKey,
  DownloadExport: downloadExport,
  GetExportStore: getExportStore,
  ResetExportStore: resetExportStore,
  UpdateExportStore: updateExportStore,
  ListExports: listExports,
  ListKeys: listKeys,
  RotateKey: rotateKey,
  GetVulnerability: getVulnerability,
  ApproveSuppressionRule: approveSuppressionRule,
  CreateSuppressionRule: createSuppressionRule,
  GetSuppressionSettings: getSuppressionSettings,
  ListSuppressionRuleChanges: listSuppressionRuleChanges,
  ListSuppressionRules: listSuppressionRules,
  PreviewSuppressionRule: previewSuppressionRule,
  UpdateSuppressionRule: updateSuppressionRule,
  UpdateSuppressionSettings: updateSuppressionSettings,
  GetFindingHistory: getFindingHistory,
  GetRunningHistory: getRunningHistory,
  ListFindingsAt: listFindingsAt,
  ListFixFirst: listFixFirst,
  ListUpgrades: listUpgrades,
  SearchFindings: searchFindings,
  GetDuePolicy: getDuePolicy,
  ListDueDatesByOwner: listDueDatesByOwner,
  ListDueFindings: listDueFindings,
  PutDuePolicy: putDuePolicy,
  PutOwnerRules: putOwnerRules,
  CrawlRegistry: crawlRegistry,
  CreateRegistry: createRegistry,
  DeleteRegistry: deleteRegistry,
  GetRegistry: getRegistry,
  ListRegistries: listRegistries,
  ListRegistryKinds: listRegistryKinds,
  UpdateRegistry: updateRegistry,
  ListRepositories: listRepositories,
  ListRepositoryImages: listRepositoryImages,
  ListTagHistory: listTagHistory,
  ExportVex: exportVex,
  ImportVex: importVex,
};
