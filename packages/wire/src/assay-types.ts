/** Made by tools/wire-types.ts from models/assay/: change the model and run `node packages/wire/tools/wire-types.ts`. */

export interface AssayOperations {
  readonly CreateSuppressionRule: { readonly input: CreateSuppressionRuleRequest; readonly output: CreateSuppressionRuleResponse };
  readonly UpdateSuppressionRule: { readonly input: UpdateSuppressionRuleRequest; readonly output: UpdateSuppressionRuleResponse };
  readonly ApproveSuppressionRule: { readonly input: ApproveSuppressionRuleRequest; readonly output: ApproveSuppressionRuleResponse };
  readonly ListSuppressionRules: { readonly input: ListSuppressionRulesRequest; readonly output: ListSuppressionRulesResponse };
  readonly ListSuppressionRuleChanges: {
    readonly input: ListSuppressionRuleChangesRequest;
    readonly output: ListSuppressionRuleChangesResponse;
  };
  readonly PreviewSuppressionRule: { readonly input: PreviewSuppressionRuleRequest; readonly output: PreviewSuppressionRuleResponse };
  readonly GetSuppressionSettings: { readonly input: GetSuppressionSettingsRequest; readonly output: GetSuppressionSettingsResponse };
  readonly UpdateSuppressionSettings: {
    readonly input: UpdateSuppressionSettingsRequest;
    readonly output: UpdateSuppressionSettingsResponse;
  };
  readonly GetFindingHistory: { readonly input: GetFindingHistoryRequest; readonly output: GetFindingHistoryResponse };
  readonly ListFindingsAt: { readonly input: ListFindingsAtRequest; readonly output: ListFindingsAtResponse };
  readonly GetRunningHistory: { readonly input: GetRunningHistoryRequest; readonly output: GetRunningHistoryResponse };
  readonly CloseAccount: { readonly input: CloseAccountRequest; readonly output: CloseAccountResponse };
  readonly CreateAccount: { readonly input: CreateAccountRequest; readonly output: CreateAccountResponse };
  readonly ListAccounts: { readonly input: ListAccountsRequest; readonly output: ListAccountsResponse };
  readonly ExportAuditRecords: { readonly input: ExportAuditRecordsRequest; readonly output: ExportAuditRecordsResponse };
  readonly ListAuditRecords: { readonly input: ListAuditRecordsRequest; readonly output: ListAuditRecordsResponse };
  readonly CreateCollector: { readonly input: CreateCollectorRequest; readonly output: CreateCollectorResponse };
  readonly DeleteCollector: { readonly input: DeleteCollectorRequest; readonly output: DeleteCollectorResponse };
  readonly GetCollector: { readonly input: GetCollectorRequest; readonly output: GetCollectorResponse };
  readonly ListCollectorKinds: { readonly input: ListCollectorKindsRequest; readonly output: ListCollectorKindsResponse };
  readonly ListCollectors: { readonly input: ListCollectorsRequest; readonly output: ListCollectorsResponse };
  readonly ReportRunning: { readonly input: ReportRunningRequest; readonly output: ReportRunningResponse };
  readonly UpdateCollector: { readonly input: UpdateCollectorRequest; readonly output: UpdateCollectorResponse };
  readonly DeleteCluster: { readonly input: DeleteClusterRequest; readonly output: DeleteClusterResponse };
  readonly GetCluster: { readonly input: GetClusterRequest; readonly output: GetClusterResponse };
  readonly GetRunningMap: { readonly input: GetRunningMapRequest; readonly output: GetRunningMapResponse };
  readonly ListClusterNamespaces: { readonly input: ListClusterNamespacesRequest; readonly output: ListClusterNamespacesResponse };
  readonly ListClusterWorkloads: { readonly input: ListClusterWorkloadsRequest; readonly output: ListClusterWorkloadsResponse };
  readonly ListClusters: { readonly input: ListClustersRequest; readonly output: ListClustersResponse };
  readonly ListUnresolvedImages: { readonly input: ListUnresolvedImagesRequest; readonly output: ListUnresolvedImagesResponse };
  readonly CreateAccessKey: { readonly input: CreateAccessKeyRequest; readonly output: CreateAccessKeyResponse };
  readonly CreateBearerToken: { readonly input: CreateBearerTokenRequest; readonly output: CreateBearerTokenResponse };
  readonly DeleteAccessKey: { readonly input: DeleteAccessKeyRequest; readonly output: DeleteAccessKeyResponse };
  readonly DeleteBearerToken: { readonly input: DeleteBearerTokenRequest; readonly output: DeleteBearerTokenResponse };
  readonly DeleteUser: { readonly input: DeleteUserRequest; readonly output: DeleteUserResponse };
  readonly ListAccessKeys: { readonly input: ListAccessKeysRequest; readonly output: ListAccessKeysResponse };
  readonly ListBearerTokens: { readonly input: ListBearerTokensRequest; readonly output: ListBearerTokensResponse };
  readonly AcceptHeldImages: { readonly input: AcceptHeldImagesRequest; readonly output: AcceptHeldImagesResponse };
  readonly GetMonitoringStatus: { readonly input: GetMonitoringStatusRequest; readonly output: GetMonitoringStatusResponse };
  readonly PreviewMonitoring: { readonly input: PreviewMonitoringRequest; readonly output: PreviewMonitoringResponse };
  readonly UpdateMonitoring: { readonly input: UpdateMonitoringRequest; readonly output: UpdateMonitoringResponse };
  readonly DownloadExport: { readonly input: DownloadExportRequest; readonly output: DownloadExportResponse };
  readonly GetExportStore: { readonly input: GetExportStoreRequest; readonly output: GetExportStoreResponse };
  readonly ResetExportStore: { readonly input: ResetExportStoreRequest; readonly output: ResetExportStoreResponse };
  readonly UpdateExportStore: { readonly input: UpdateExportStoreRequest; readonly output: UpdateExportStoreResponse };
  readonly ListExports: { readonly input: ListExportsRequest; readonly output: ListExportsResponse };
  readonly ExplainFinding: { readonly input: ExplainFindingRequest; readonly output: ExplainFindingResponse };
  readonly ListFixFirst: { readonly input: ListFixFirstRequest; readonly output: ListFixFirstResponse };
  readonly ListUpgrades: { readonly input: ListUpgradesRequest; readonly output: ListUpgradesResponse };
  readonly SearchFindings: { readonly input: SearchFindingsRequest; readonly output: SearchFindingsResponse };
  readonly CreateKey: { readonly input: CreateKeyRequest; readonly output: CreateKeyResponse };
  readonly DecryptDataKey: { readonly input: DecryptDataKeyRequest; readonly output: DecryptDataKeyResponse };
  readonly ListKeys: { readonly input: ListKeysRequest; readonly output: ListKeysResponse };
  readonly RotateKey: { readonly input: RotateKeyRequest; readonly output: RotateKeyResponse };
  readonly CrawlRegistry: { readonly input: CrawlRegistryRequest; readonly output: CrawlRegistryResponse };
  readonly CreateRegistry: { readonly input: CreateRegistryRequest; readonly output: CreateRegistryResponse };
  readonly DeleteRegistry: { readonly input: DeleteRegistryRequest; readonly output: DeleteRegistryResponse };
  readonly GetRegistry: { readonly input: GetRegistryRequest; readonly output: GetRegistryResponse };
  readonly ListRegistries: { readonly input: ListRegistriesRequest; readonly output: ListRegistriesResponse };
  readonly ListRegistryKinds: { readonly input: ListRegistryKindsRequest; readonly output: ListRegistryKindsResponse };
  readonly UpdateRegistry: { readonly input: UpdateRegistryRequest; readonly output: UpdateRegistryResponse };
  readonly ListRepositories: { readonly input: ListRepositoriesRequest; readonly output: ListRepositoriesResponse };
  readonly ListRepositoryImages: { readonly input: ListRepositoryImagesRequest; readonly output: ListRepositoryImagesResponse };
  readonly ListTagHistory: { readonly input: ListTagHistoryRequest; readonly output: ListTagHistoryResponse };
  readonly DeleteResource: { readonly input: DeleteResourceRequest; readonly output: DeleteResourceResponse };
  readonly GetScan: { readonly input: GetScanRequest; readonly output: GetScanResponse };
  readonly StartScan: { readonly input: StartScanRequest; readonly output: StartScanResponse };
  readonly GetServiceStatus: { readonly input: GetServiceStatusRequest; readonly output: GetServiceStatusResponse };
  readonly CreateSignInLink: { readonly input: CreateSignInLinkRequest; readonly output: CreateSignInLinkResponse };
  readonly CreateSink: { readonly input: CreateSinkRequest; readonly output: CreateSinkResponse };
  readonly DeleteSink: { readonly input: DeleteSinkRequest; readonly output: DeleteSinkResponse };
  readonly GetSink: { readonly input: GetSinkRequest; readonly output: GetSinkResponse };
  readonly ListDeadLetters: { readonly input: ListDeadLettersRequest; readonly output: ListDeadLettersResponse };
  readonly ListSinkKinds: { readonly input: ListSinkKindsRequest; readonly output: ListSinkKindsResponse };
  readonly ListSinks: { readonly input: ListSinksRequest; readonly output: ListSinksResponse };
  readonly ReplayDeadLetters: { readonly input: ReplayDeadLettersRequest; readonly output: ReplayDeadLettersResponse };
  readonly SendTestEvent: { readonly input: SendTestEventRequest; readonly output: SendTestEventResponse };
  readonly UpdateSink: { readonly input: UpdateSinkRequest; readonly output: UpdateSinkResponse };
  readonly CountResourceStates: { readonly input: CountResourceStatesRequest; readonly output: CountResourceStatesResponse };
  readonly ListRecommendations: { readonly input: ListRecommendationsRequest; readonly output: ListRecommendationsResponse };
  readonly ListResourceStates: { readonly input: ListResourceStatesRequest; readonly output: ListResourceStatesResponse };
  readonly GetSubmission: { readonly input: GetSubmissionRequest; readonly output: GetSubmissionResponse };
  readonly SubmitInventory: { readonly input: SubmitInventoryRequest; readonly output: SubmitInventoryResponse };
  readonly GetFindingTrend: { readonly input: GetFindingTrendRequest; readonly output: GetFindingTrendResponse };
  readonly GetRemediationTimes: { readonly input: GetRemediationTimesRequest; readonly output: GetRemediationTimesResponse };
  readonly ListTopMovers: { readonly input: ListTopMoversRequest; readonly output: ListTopMoversResponse };
  readonly ImportVex: { readonly input: ImportVexRequest; readonly output: ImportVexResponse };
  readonly ExportVex: { readonly input: ExportVexRequest; readonly output: ExportVexResponse };
  readonly GetVulnerability: { readonly input: GetVulnerabilityRequest; readonly output: GetVulnerabilityResponse };
  readonly GetDuePolicy: { readonly input: GetDuePolicyRequest; readonly output: GetDuePolicyResponse };
  readonly ListDueDatesByOwner: { readonly input: ListDueDatesByOwnerRequest; readonly output: ListDueDatesByOwnerResponse };
  readonly ListDueFindings: { readonly input: ListDueFindingsRequest; readonly output: ListDueFindingsResponse };
  readonly PutDuePolicy: { readonly input: PutDuePolicyRequest; readonly output: PutDuePolicyResponse };
  readonly PutOwnerRules: { readonly input: PutOwnerRulesRequest; readonly output: PutOwnerRulesResponse };
}

export interface ApproveSuppressionRuleRequest {
  readonly filterArn: string;
}

export interface ApproveSuppressionRuleResponse {
  readonly filterArn: string;
  readonly state: 'IN_FORCE' | 'PENDING_APPROVAL' | 'EXPIRED';
}

export interface CreateSuppressionRuleRequest {
  readonly name: string;
  readonly filterCriteria: FilterCriteria;
  readonly description?: string | undefined;
  readonly reason?: string | undefined;
  readonly owner?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

export interface CreateSuppressionRuleResponse {
  readonly filterArn: string;
  readonly state: 'IN_FORCE' | 'PENDING_APPROVAL' | 'EXPIRED';
}

export type GetSuppressionSettingsRequest = Record<string, never>;

export interface GetSuppressionSettingsResponse {
  readonly approvalRequired: boolean;
}

export interface ListSuppressionRuleChangesRequest {
  readonly filterArn: string;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListSuppressionRuleChangesResponse {
  readonly changes: readonly RuleChange[];
  readonly nextToken?: string | undefined;
}

export interface ListSuppressionRulesRequest {
  readonly state?: 'IN_FORCE' | 'PENDING_APPROVAL' | 'EXPIRED' | undefined;
  readonly onlyStale?: boolean | undefined;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListSuppressionRulesResponse {
  readonly rules: readonly SuppressionRule[];
  readonly nextToken?: string | undefined;
}

export interface PreviewFinding {
  readonly findingArn: string;
  readonly vulnerabilityId: string;
  readonly resourceArn: string;
  readonly severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED';
  readonly inUse: boolean;
}

export interface PreviewSuppressionRuleRequest {
  readonly filterCriteria: FilterCriteria;
}

export interface PreviewSuppressionRuleResponse {
  readonly matched: number;
  readonly hiddenAlready: number;
  readonly inUse: number;
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly sample: readonly PreviewFinding[];
}

export interface RuleChange {
  readonly at: Date;
  readonly actor: string;
  readonly change: string;
  readonly detail: string;
}

export interface SuppressionRule {
  readonly filterArn: string;
  readonly name: string;
  readonly filterCriteria: FilterCriteria;
  readonly description?: string | undefined;
  readonly reason?: string | undefined;
  readonly owner?: string | undefined;
  readonly expiresAt?: Date | undefined;
  readonly state: 'IN_FORCE' | 'PENDING_APPROVAL' | 'EXPIRED';
  readonly applied: boolean;
  readonly hidden: number;
  readonly approvedBy?: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface UpdateSuppressionRuleRequest {
  readonly filterArn: string;
  readonly name?: string | undefined;
  readonly filterCriteria?: FilterCriteria | undefined;
  readonly description?: string | undefined;
  readonly reason?: string | undefined;
  readonly owner?: string | undefined;
  readonly expiresAt?: Date | undefined;
  readonly neverExpires?: boolean | undefined;
}

export interface UpdateSuppressionRuleResponse {
  readonly filterArn: string;
  readonly state: 'IN_FORCE' | 'PENDING_APPROVAL' | 'EXPIRED';
}

export interface UpdateSuppressionSettingsRequest {
  readonly approvalRequired: boolean;
}

export interface UpdateSuppressionSettingsResponse {
  readonly approvalRequired: boolean;
}

export interface FindingHistoryEvent {
  readonly at: Date;
  readonly kind: string;
  readonly actor: string;
  readonly status?: string | undefined;
  readonly severity?: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED' | undefined;
  readonly score?: number | undefined;
  readonly fixAvailable?: string | undefined;
  readonly ruleArn?: string | undefined;
  readonly packagesAdded?: readonly string[] | undefined;
  readonly packagesRemoved?: readonly string[] | undefined;
  readonly revision?: string | undefined;
}

export interface FindingThen {
  readonly findingArn: string;
  readonly vulnerabilityId: string;
  readonly resourceArn: string;
  readonly title?: string | undefined;
  readonly status: string;
  readonly severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED';
  readonly score?: number | undefined;
  readonly since: Date;
}

export interface GetFindingHistoryRequest {
  readonly findingArn: string;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface GetFindingHistoryResponse {
  readonly events: readonly FindingHistoryEvent[];
  readonly nextToken?: string | undefined;
}

export interface ListFindingsAtRequest {
  readonly at: Date;
  readonly filterCriteria?: FilterCriteria | undefined;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListFindingsAtResponse {
  readonly findings: readonly FindingThen[];
  readonly nextToken?: string | undefined;
}

export interface GetRunningHistoryRequest {
  readonly vulnerabilityId?: string | undefined;
  readonly packageName?: string | undefined;
  readonly resourceArn?: string | undefined;
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface GetRunningHistoryResponse {
  readonly workloads: readonly RanWorkload[];
  readonly nextToken?: string | undefined;
}

export interface RanWorkload {
  readonly accountId: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly namespace: string;
  readonly workloadKind: string;
  readonly workloadName: string;
  readonly image: string;
  readonly resourceArn: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly runningMost: number;
  readonly stoppedCount: number;
  readonly vulnerabilityIds: readonly string[];
  readonly vulnerabilityCount: number;
}

export interface DateFilter {
  readonly startInclusive?: Date | undefined;
  readonly endInclusive?: Date | undefined;
}

export interface FilterCriteria {
  readonly findingArn?: readonly StringFilter[] | undefined;
  readonly awsAccountId?: readonly StringFilter[] | undefined;
  readonly findingType?: readonly StringFilter[] | undefined;
  readonly severity?: readonly StringFilter[] | undefined;
  readonly firstObservedAt?: readonly DateFilter[] | undefined;
  readonly lastObservedAt?: readonly DateFilter[] | undefined;
  readonly updatedAt?: readonly DateFilter[] | undefined;
  readonly findingStatus?: readonly StringFilter[] | undefined;
  readonly title?: readonly StringFilter[] | undefined;
  readonly inspectorScore?: readonly NumberFilter[] | undefined;
  readonly resourceType?: readonly StringFilter[] | undefined;
  readonly resourceId?: readonly StringFilter[] | undefined;
  readonly resourceTags?: readonly MapFilter[] | undefined;
  readonly ec2InstanceImageId?: readonly StringFilter[] | undefined;
  readonly ec2InstanceVpcId?: readonly StringFilter[] | undefined;
  readonly ec2InstanceSubnetId?: readonly StringFilter[] | undefined;
  readonly ecrImagePushedAt?: readonly DateFilter[] | undefined;
  readonly ecrImageArchitecture?: readonly StringFilter[] | undefined;
  readonly ecrImageRegistry?: readonly StringFilter[] | undefined;
  readonly ecrImageRepositoryName?: readonly StringFilter[] | undefined;
  readonly ecrImageTags?: readonly StringFilter[] | undefined;
  readonly ecrImageHash?: readonly StringFilter[] | undefined;
  readonly ecrImageLastInUseAt?: readonly DateFilter[] | undefined;
  readonly ecrImageInUseCount?: readonly NumberFilter[] | undefined;
  readonly portRange?: readonly PortRangeFilter[] | undefined;
  readonly networkProtocol?: readonly StringFilter[] | undefined;
  readonly componentId?: readonly StringFilter[] | undefined;
  readonly componentType?: readonly StringFilter[] | undefined;
  readonly vulnerabilityId?: readonly StringFilter[] | undefined;
  readonly vulnerabilitySource?: readonly StringFilter[] | undefined;
  readonly vendorSeverity?: readonly StringFilter[] | undefined;
  readonly vulnerablePackages?: readonly PackageFilter[] | undefined;
  readonly relatedVulnerabilities?: readonly StringFilter[] | undefined;
  readonly fixAvailable?: readonly StringFilter[] | undefined;
  readonly lambdaFunctionName?: readonly StringFilter[] | undefined;
  readonly lambdaFunctionLayers?: readonly StringFilter[] | undefined;
  readonly lambdaFunctionRuntime?: readonly StringFilter[] | undefined;
  readonly lambdaFunctionLastModifiedAt?: readonly DateFilter[] | undefined;
  readonly lambdaFunctionExecutionRoleArn?: readonly StringFilter[] | undefined;
  readonly exploitAvailable?: readonly StringFilter[] | undefined;
  readonly codeVulnerabilityDetectorName?: readonly StringFilter[] | undefined;
  readonly codeVulnerabilityDetectorTags?: readonly StringFilter[] | undefined;
  readonly codeVulnerabilityFilePath?: readonly StringFilter[] | undefined;
  readonly epssScore?: readonly NumberFilter[] | undefined;
  readonly codeRepositoryProjectName?: readonly StringFilter[] | undefined;
  readonly codeRepositoryProviderType?: readonly StringFilter[] | undefined;
  readonly cloudProvider?: readonly StringFilter[] | undefined;
  readonly cloudProviderRegion?: readonly StringFilter[] | undefined;
  readonly cloudProviderAccountId?: readonly StringFilter[] | undefined;
  readonly cloudProviderOrgId?: readonly StringFilter[] | undefined;
  readonly cloudVmImageReference?: readonly StringFilter[] | undefined;
  readonly cloudVmNetworkId?: readonly StringFilter[] | undefined;
  readonly cloudVmSubnetIds?: readonly StringFilter[] | undefined;
  readonly cloudImageRepositoryName?: readonly StringFilter[] | undefined;
  readonly cloudImageRegistry?: readonly StringFilter[] | undefined;
  readonly cloudImageDigest?: readonly StringFilter[] | undefined;
  readonly cloudImageTags?: readonly StringFilter[] | undefined;
  readonly cloudImagePushedAt?: readonly DateFilter[] | undefined;
  readonly cloudImageArchitecture?: readonly StringFilter[] | undefined;
  readonly cloudImageLastInUseAt?: readonly DateFilter[] | undefined;
  readonly cloudImageInUseCount?: readonly NumberFilter[] | undefined;
  readonly cloudServerlessFunctionName?: readonly StringFilter[] | undefined;
  readonly cloudServerlessFunctionRuntime?: readonly StringFilter[] | undefined;
  readonly cloudServerlessFunctionLastModifiedAt?: readonly DateFilter[] | undefined;
  readonly cloudServerlessFunctionExecutionRole?: readonly StringFilter[] | undefined;
}

export interface MapFilter {
  readonly comparison: 'EQUALS';
  readonly key: string;
  readonly value?: string | undefined;
}

export interface NumberFilter {
  readonly upperInclusive?: number | undefined;
  readonly lowerInclusive?: number | undefined;
}

export interface PackageFilter {
  readonly name?: StringFilter | undefined;
  readonly version?: StringFilter | undefined;
  readonly epoch?: NumberFilter | undefined;
  readonly release?: StringFilter | undefined;
  readonly architecture?: StringFilter | undefined;
  readonly sourceLayerHash?: StringFilter | undefined;
  readonly sourceLambdaLayerArn?: StringFilter | undefined;
  readonly filePath?: StringFilter | undefined;
}

export interface PortRangeFilter {
  readonly beginInclusive?: number | undefined;
  readonly endInclusive?: number | undefined;
}

export interface StringFilter {
  readonly comparison: 'EQUALS' | 'PREFIX' | 'NOT_EQUALS';
  readonly value: string;
}

export interface Account {
  readonly accountId: string;
  readonly name: string;
  readonly state: 'OPEN' | 'CLOSED';
  readonly createdAt: Date;
}

export interface CloseAccountRequest {
  readonly accountId: string;
}

export interface CloseAccountResponse {
  readonly accountId: string;
}

export interface CreateAccountRequest {
  readonly name: string;
  readonly accountId?: string | undefined;
}

export interface CreateAccountResponse {
  readonly accountId: string;
}

export interface ListAccountsRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListAccountsResponse {
  readonly accounts: readonly Account[];
  readonly managementAccountId: string;
  readonly nextToken?: string | undefined;
}

export interface AuditCriteria {
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
  readonly principalArn?: string | undefined;
  readonly operation?: string | undefined;
  readonly resourceArn?: string | undefined;
  readonly readOnly?: boolean | undefined;
  readonly failed?: boolean | undefined;
}

export interface AuditRecord {
  readonly at: Date;
  readonly accountId?: string | undefined;
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly readOnly: boolean;
  readonly principalArn: string;
  readonly proof: 'sigv4' | 'session' | 'bearer';
  readonly sourceAddress: string;
  readonly userAgent: string;
  readonly status: number;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly durationMilliseconds: number;
  readonly resources: readonly string[];
  readonly input?: unknown | undefined;
  readonly output?: unknown | undefined;
}

export interface ExportAuditRecordsRequest {
  readonly criteria?: AuditCriteria | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface ExportAuditRecordsResponse {
  readonly Records: readonly unknown[];
  readonly nextToken?: string | undefined;
}

export interface ListAuditRecordsRequest {
  readonly criteria?: AuditCriteria | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface ListAuditRecordsResponse {
  readonly records: readonly AuditRecord[];
  readonly nextToken?: string | undefined;
}

export interface CollectorClusterSummary {
  readonly clusterArn: string;
  readonly name: string;
  readonly provider: string;
  readonly observedAt?: Date | undefined;
}

export interface CollectorField {
  readonly name: string;
  readonly about: string;
  readonly required: boolean;
}

export interface CollectorKindDescription {
  readonly kind: string;
  readonly fields: readonly CollectorField[];
  readonly secret?: CollectorField | undefined;
  readonly permissions: readonly string[];
  readonly watchedHere: boolean;
}

export interface CollectorSummary {
  readonly collectorArn: string;
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, string>>;
  readonly status: 'WAITING' | 'ACTIVE' | 'SILENT' | 'FAILING' | 'PAUSED';
  readonly seenAt?: Date | undefined;
  readonly lastError?: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CreateCollectorRequest {
  readonly name: string;
  readonly kind: string;
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly secret?: string | undefined;
}

export interface CreateCollectorResponse {
  readonly collectorArn: string;
  readonly token?: string | undefined;
}

export interface DeleteCollectorRequest {
  readonly collectorArn: string;
}

export interface DeleteCollectorResponse {
  readonly collectorArn: string;
}

export interface GetCollectorRequest {
  readonly collectorArn: string;
}

export interface GetCollectorResponse {
  readonly collector: CollectorSummary;
  readonly clusters: readonly CollectorClusterSummary[];
}

export type ListCollectorKindsRequest = Record<string, never>;

export interface ListCollectorKindsResponse {
  readonly kinds: readonly CollectorKindDescription[];
}

export interface ListCollectorsRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListCollectorsResponse {
  readonly collectors: readonly CollectorSummary[];
  readonly nextToken?: string | undefined;
}

export interface ReportRunningRequest {
  readonly cluster: ReportedCluster;
  readonly epoch: number;
  readonly sequence: number;
  readonly observedAt: Date;
  readonly part: 'SNAPSHOT_BEGIN' | 'SNAPSHOT_PAGE' | 'SNAPSHOT_END' | 'CHANGE' | 'HEALTH';
  readonly scope?: ReportedScope | undefined;
  readonly images?: readonly ReportedImage[] | undefined;
  readonly health?: ReportedHealth | undefined;
}

export interface ReportRunningResponse {
  readonly answer: 'TAKEN' | 'RESYNC' | 'PAUSED';
}

export interface ReportedCluster {
  readonly provider: 'kubernetes' | 'ecs' | 'docker' | 'podman' | 'containerd' | 'nomad';
  readonly uid: string;
  readonly name: string;
  readonly version?: string | undefined;
}

export interface ReportedHealth {
  readonly lag: number;
  readonly relists: number;
  readonly expired: number;
  readonly units: number;
  readonly problems: readonly string[];
  readonly gone?: boolean | undefined;
}

export interface ReportedHour {
  readonly hour: Date;
  readonly count: number;
}

export interface ReportedImage {
  readonly namespace: string;
  readonly workload: ReportedWorkload;
  readonly definition: string;
  readonly image: string;
  readonly imageId: string;
  readonly platform: string;
  readonly digests?: readonly string[] | undefined;
  readonly running: number;
  readonly lastSeen: Date;
  readonly stopped: readonly ReportedHour[];
  readonly reach: 'UNKNOWN' | 'INTERNET' | 'PRIVATE_NETWORK' | 'CLUSTER' | 'NONE';
}

export interface ReportedScope {
  readonly namespaces?: readonly string[] | undefined;
}

export interface ReportedWorkload {
  readonly kind: string;
  readonly name: string;
}

export interface UpdateCollectorRequest {
  readonly collectorArn: string;
  readonly name?: string | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly secret?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly renewToken?: boolean | undefined;
}

export interface UpdateCollectorResponse {
  readonly collectorArn: string;
  readonly token?: string | undefined;
}

export interface ClusterNamespace {
  readonly namespace: string;
  readonly workloadCount: number;
  readonly imageCount: number;
  readonly runningUnitCount: number;
  readonly unresolvedImageCount: number;
}

export interface ClusterSummary {
  readonly clusterArn: string;
  readonly accountId: string;
  readonly name: string;
  readonly provider: string;
  readonly version?: string | undefined;
  readonly collectorArn?: string | undefined;
  readonly countedByAccountId?: string | undefined;
  readonly status: 'HEALTHY' | 'PROBLEMS' | 'SILENT' | 'WAITING';
  readonly problems: readonly string[];
  readonly namespaces?: readonly string[] | undefined;
  readonly createdAt: Date;
  readonly lastSeenAt?: Date | undefined;
  readonly completeAt?: Date | undefined;
  readonly frozenSince?: Date | undefined;
  readonly heldSince?: Date | undefined;
  readonly lagMilliseconds?: number | undefined;
  readonly relistCount?: number | undefined;
  readonly expiredCount?: number | undefined;
  readonly namespaceCount: number;
  readonly workloadCount: number;
  readonly imageCount: number;
  readonly runningUnitCount: number;
  readonly unresolvedImageCount: number;
}

export interface ClusterWorkload {
  readonly namespace: string;
  readonly type: string;
  readonly name: string;
  readonly images: readonly WorkloadImage[];
}

export interface DeleteClusterRequest {
  readonly clusterArn: string;
}

export interface DeleteClusterResponse {
  readonly clusterArn: string;
}

export interface GetClusterRequest {
  readonly clusterArn: string;
}

export interface GetClusterResponse {
  readonly cluster: ClusterSummary;
}

export interface GetRunningMapRequest {
  readonly maxWorkloads?: number | undefined;
}

export interface GetRunningMapResponse {
  readonly clusters: readonly MappedCluster[];
  readonly workloadCount: number;
}

export interface ListClusterNamespacesRequest {
  readonly clusterArn: string;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListClusterNamespacesResponse {
  readonly namespaces: readonly ClusterNamespace[];
  readonly nextToken?: string | undefined;
}

export interface ListClusterWorkloadsRequest {
  readonly clusterArn: string;
  readonly namespace?: string | undefined;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListClusterWorkloadsResponse {
  readonly workloads: readonly ClusterWorkload[];
  readonly nextToken?: string | undefined;
}

export interface ListClustersRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListClustersResponse {
  readonly clusters: readonly ClusterSummary[];
  readonly nextToken?: string | undefined;
}

export interface ListUnresolvedImagesRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListUnresolvedImagesResponse {
  readonly images: readonly UnresolvedImage[];
  readonly nextToken?: string | undefined;
}

export interface MappedCluster {
  readonly clusterArn: string;
  readonly accountId: string;
  readonly name: string;
  readonly workloads: readonly MappedWorkload[];
}

export interface MappedWorkload {
  readonly namespace: string;
  readonly type: string;
  readonly name: string;
  readonly runningUnitCount: number;
  readonly worst: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL' | 'UNTRIAGED' | 'NONE' | 'UNKNOWN';
}

export interface RunningResource {
  readonly resourceArn: string;
  readonly accountId: string;
}

export interface UnresolvedImage {
  readonly clusterArn: string;
  readonly accountId: string;
  readonly namespace: string;
  readonly type: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly platform: string;
  readonly runningUnitCount: number;
  readonly lastSeenAt: Date;
  readonly lastTriedAt?: Date | undefined;
  readonly reason: 'NO_DIGEST' | 'UNKNOWN_DIGEST';
}

export interface WorkloadImage {
  readonly image: string;
  readonly imageId: string;
  readonly platform: string;
  readonly runningUnitCount: number;
  readonly stoppedUnitCount: number;
  readonly lastSeenAt: Date;
  readonly reach: 'UNKNOWN' | 'INTERNET' | 'PRIVATE_NETWORK' | 'CLUSTER' | 'NONE';
  readonly confidence: 'UNRESOLVED' | 'EXACT' | 'INDEX' | 'CONFIG' | 'TAG';
  readonly resources: readonly RunningResource[];
  readonly newerImageAvailable: boolean;
  readonly newerDigest?: string | undefined;
}

export interface ValidationExceptionField {
  readonly name: string;
  readonly message: string;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly userName: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  readonly createdAt: Date;
}

export interface BearerToken {
  readonly tokenId: string;
  readonly userName: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface CreateAccessKeyRequest {
  readonly accountId?: string | undefined;
  readonly userName: string;
  readonly role: 'viewer' | 'operator' | 'admin';
}

export interface CreateAccessKeyResponse {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface CreateBearerTokenRequest {
  readonly accountId?: string | undefined;
  readonly userName: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  readonly days?: number | undefined;
}

export interface CreateBearerTokenResponse {
  readonly tokenId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

export interface DeleteAccessKeyRequest {
  readonly accountId?: string | undefined;
  readonly accessKeyId: string;
}

export interface DeleteAccessKeyResponse {
  readonly accessKeyId: string;
}

export interface DeleteBearerTokenRequest {
  readonly accountId?: string | undefined;
  readonly tokenId: string;
}

export interface DeleteBearerTokenResponse {
  readonly tokenId: string;
}

export interface DeleteUserRequest {
  readonly accountId?: string | undefined;
  readonly userName: string;
}

export interface DeleteUserResponse {
  readonly userName: string;
}

export interface ListAccessKeysRequest {
  readonly accountId?: string | undefined;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListAccessKeysResponse {
  readonly accessKeys: readonly AccessKey[];
  readonly nextToken?: string | undefined;
}

export interface ListBearerTokensRequest {
  readonly accountId?: string | undefined;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListBearerTokensResponse {
  readonly bearerTokens: readonly BearerToken[];
  readonly nextToken?: string | undefined;
}

export type AcceptHeldImagesRequest = Record<string, never>;

export interface AcceptHeldImagesResponse {
  readonly acceptedImages: number;
}

export type GetMonitoringStatusRequest = Record<string, never>;

export interface GetMonitoringStatusResponse {
  readonly accountId: string;
  readonly pushDuration: string;
  readonly useDuration: string;
  readonly mode: string;
  readonly use: 'HEARD' | 'SILENT' | 'NONE';
  readonly watchedSince?: Date | undefined;
  readonly watchedUntil?: Date | undefined;
  readonly monitoredImages: number;
  readonly staleImages: number;
  readonly deletedImages: number;
  readonly lapsedImages: number;
  readonly heldImages: number;
  readonly acceptedImages: number;
  readonly heldAt?: Date | undefined;
  readonly sweptAt?: Date | undefined;
}

export interface PreviewMonitoringRequest {
  readonly accountId?: string | undefined;
  readonly pushDuration?: 'DAYS_3' | 'DAYS_7' | 'DAYS_14' | 'DAYS_30' | 'DAYS_60' | 'DAYS_90' | 'DAYS_180' | 'LIFETIME' | undefined;
  readonly useDuration?: 'NONE' | 'DAYS_3' | 'DAYS_7' | 'DAYS_14' | 'DAYS_30' | 'DAYS_60' | 'DAYS_90' | 'DAYS_180' | undefined;
  readonly mode?: 'LAST_IN_USE_AT' | 'LAST_PULL_DATE' | undefined;
}

export interface PreviewMonitoringResponse {
  readonly accountId: string;
  readonly pushDuration: 'DAYS_3' | 'DAYS_7' | 'DAYS_14' | 'DAYS_30' | 'DAYS_60' | 'DAYS_90' | 'DAYS_180' | 'LIFETIME';
  readonly useDuration: 'NONE' | 'DAYS_3' | 'DAYS_7' | 'DAYS_14' | 'DAYS_30' | 'DAYS_60' | 'DAYS_90' | 'DAYS_180';
  readonly mode: 'LAST_IN_USE_AT' | 'LAST_PULL_DATE';
  readonly accountCount: number;
  readonly monitoredImages: number;
  readonly lapsingImages: number;
  readonly heldImages: number;
  readonly closingFindings: number;
}

export interface UpdateMonitoringRequest {
  readonly accountId?: string | undefined;
  readonly useDuration: 'NONE' | 'DAYS_3' | 'DAYS_7' | 'DAYS_14' | 'DAYS_30' | 'DAYS_60' | 'DAYS_90' | 'DAYS_180';
}

export type UpdateMonitoringResponse = Record<string, never>;

export interface DownloadExportRequest {
  readonly reportId: string;
  readonly resourceId?: string | undefined;
  readonly nextToken?: string | undefined;
}

export interface DownloadExportResponse {
  readonly fileName: string;
  readonly content: Uint8Array;
  readonly nextToken?: string | undefined;
}

export interface Export {
  readonly reportId: string;
  readonly kind: 'FINDINGS_REPORT' | 'SBOM_EXPORT';
  readonly format: string;
  readonly status: 'IN_PROGRESS' | 'SUCCEEDED' | 'CANCELLED' | 'FAILED';
  readonly bucketName: string;
  readonly keyPrefix?: string | undefined;
  readonly kmsKeyArn: string;
  readonly location?: string | undefined;
  readonly itemCount: number;
  readonly sizeInBytes: number;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly finishedAt?: Date | undefined;
}

export interface ExportStore {
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly pathStyle: boolean;
  readonly accessKeyId: string;
  readonly updatedAt: Date;
}

export type GetExportStoreRequest = Record<string, never>;

export interface GetExportStoreResponse {
  readonly store?: ExportStore | undefined;
}

export type ResetExportStoreRequest = Record<string, never>;

export type ResetExportStoreResponse = Record<string, never>;

export interface UpdateExportStoreRequest {
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly pathStyle?: boolean | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export type UpdateExportStoreResponse = Record<string, never>;

export interface ListExportsRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListExportsResponse {
  readonly exports: readonly Export[];
  readonly nextToken?: string | undefined;
}

export interface AdvisoryReference {
  readonly id: string;
  readonly feed: string;
  readonly url?: string | undefined;
  readonly publishedAt?: Date | undefined;
  readonly modifiedAt?: Date | undefined;
  readonly title?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
}

export interface EvidenceLocation {
  readonly path: string;
  readonly layerDigest?: string | undefined;
  readonly layerIndex?: number | undefined;
  readonly cataloger?: string | undefined;
}

export interface ExplainFindingRequest {
  readonly findingArn: string;
}

export interface ExplainFindingResponse {
  readonly findingArn: string;
  readonly resourceArn: string;
  readonly vulnerabilityId: string;
  readonly revision?: string | undefined;
  readonly packages: readonly PackageExplanation[];
  readonly score: ScoreExplanation;
}

export interface FixExplanation {
  readonly status: string;
  readonly fixedInVersion?: string | undefined;
  readonly remediation?: string | undefined;
}

export interface PackageExplanation {
  readonly name: string;
  readonly version: string;
  readonly purl?: string | undefined;
  readonly namespace?: string | undefined;
  readonly arch?: string | undefined;
  readonly sourceName?: string | undefined;
  readonly sourceVersion?: string | undefined;
  readonly searchedBy: string;
  readonly found?: string | undefined;
  readonly rule: string;
  readonly range?: string | undefined;
  readonly sentence?: string | undefined;
  readonly advisory: AdvisoryReference;
  readonly fix: FixExplanation;
  readonly locations: readonly EvidenceLocation[];
}

export interface ScoreAdjustment {
  readonly metric: string;
  readonly reason: string;
}

export interface ScoreExplanation {
  readonly startVector?: string | undefined;
  readonly vector?: string | undefined;
  readonly adjustments: readonly ScoreAdjustment[];
  readonly exposure: 'UNKNOWN' | 'INTERNET' | 'PRIVATE_NETWORK' | 'CLUSTER_OR_NONE';
  readonly weaponised: boolean;
  readonly epss?: EpssTrend | undefined;
  readonly score?: number | undefined;
  readonly severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED';
  readonly severitySource?: string | undefined;
  readonly sentence?: string | undefined;
  readonly reasons: readonly ScoreReason[];
}

export interface ScoreReason {
  readonly source: string;
  readonly vector?: string | undefined;
  readonly version?: string | undefined;
  readonly baseScore?: number | undefined;
  readonly used: boolean;
  readonly sentence?: string | undefined;
}

export interface FixFirstAction {
  readonly kind: 'PACKAGE' | 'VULNERABILITY';
  readonly accountId?: string | undefined;
  readonly vulnerabilityId?: string | undefined;
  readonly package?: FixFirstPackage | undefined;
  readonly place?: string | undefined;
  readonly running: boolean;
  readonly urgency: number;
  readonly weight: number;
  readonly severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED';
  readonly exposure: 'UNKNOWN' | 'INTERNET' | 'PRIVATE_NETWORK' | 'CLUSTER_OR_NONE';
  readonly exploitation: 'KNOWN' | 'PUBLIC' | 'LIKELY' | 'NONE';
  readonly epssScore?: number | undefined;
  readonly inUseCount: number;
  readonly resourceCount: number;
  readonly findingCounts: SeverityCounts;
  readonly removedFindingCount: number;
  readonly vulnerabilityIds: readonly string[];
  readonly vulnerabilityCount: number;
  readonly packages: readonly FixFirstInstalled[];
  readonly places: readonly string[];
  readonly placeNames?: readonly string[] | undefined;
  readonly placeCount: number;
  readonly oldestFindingAt: Date;
  readonly dueAt?: Date | undefined;
}

export interface FixFirstInstalled {
  readonly name: string;
  readonly version: string;
  readonly fixedInVersion?: string | undefined;
}

export interface FixFirstPackage {
  readonly name: string;
  readonly namespace: string;
  readonly type?: string | undefined;
  readonly fixedInVersion?: string | undefined;
}

export interface ListFixFirstRequest {
  readonly groupBy?: 'PACKAGE' | 'VULNERABILITY' | undefined;
  readonly filterCriteria?: FilterCriteria | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface ListFixFirstResponse {
  readonly actions: readonly FixFirstAction[];
  readonly nextToken?: string | undefined;
}

export interface ListUpgradesRequest {
  readonly filterCriteria?: FilterCriteria | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListUpgradesResponse {
  readonly running: boolean;
  readonly findingCount: number;
  readonly upgrades: readonly Upgrade[];
}

export interface Upgrade {
  readonly kind: 'PACKAGE' | 'BASE_IMAGE';
  readonly package?: FixFirstPackage | undefined;
  readonly baseImage?: UpgradeBase | undefined;
  readonly packageNames: readonly string[];
  readonly removedFindingCount: number;
  readonly riskShare: number;
  readonly findingCounts: SeverityCounts;
  readonly resourceCount: number;
  readonly inUseCount: number;
  readonly places: readonly string[];
  readonly placeNames?: readonly string[] | undefined;
  readonly placeCount: number;
}

export interface UpgradeBase {
  readonly place?: string | undefined;
  readonly newerImageArn?: string | undefined;
  readonly layerCount: number;
  readonly estimated: boolean;
}

export interface SearchedFinding {
  readonly findingArn: string;
  readonly accountId: string;
  readonly type: string;
  readonly severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED';
  readonly status: string;
  readonly title?: string | undefined;
  readonly vulnerabilityId: string;
  readonly score?: number | undefined;
  readonly epssScore?: number | undefined;
  readonly exploitAvailable: boolean;
  readonly knownExploited: boolean;
  readonly fixAvailable: string;
  readonly resourceArn: string;
  readonly resourceType: string;
  readonly registry?: string | undefined;
  readonly repository?: string | undefined;
  readonly imageTags: readonly string[];
  readonly exposure: 'UNKNOWN' | 'INTERNET' | 'PRIVATE_NETWORK' | 'CLUSTER_OR_NONE';
  readonly inUseCount: number;
  readonly lastInUseAt?: Date | undefined;
  readonly pushedAt?: Date | undefined;
  readonly resourceTags: Readonly<Record<string, string>>;
  readonly vulnerabilitySource: string;
  readonly vendorSeverity: string;
  readonly packages: readonly FixFirstInstalled[];
  readonly firstObservedAt: Date;
  readonly lastObservedAt: Date;
}

export interface SearchSort {
  readonly field:
    | 'FIX_FIRST'
    | 'IN_USE_COUNT'
    | 'LAST_IN_USE_AT'
    | 'AWS_ACCOUNT_ID'
    | 'FINDING_TYPE'
    | 'SEVERITY'
    | 'FIRST_OBSERVED_AT'
    | 'LAST_OBSERVED_AT'
    | 'FINDING_STATUS'
    | 'RESOURCE_TYPE'
    | 'ECR_IMAGE_PUSHED_AT'
    | 'ECR_IMAGE_REPOSITORY_NAME'
    | 'ECR_IMAGE_REGISTRY'
    | 'NETWORK_PROTOCOL'
    | 'COMPONENT_TYPE'
    | 'VULNERABILITY_ID'
    | 'VULNERABILITY_SOURCE'
    | 'INSPECTOR_SCORE'
    | 'VENDOR_SEVERITY'
    | 'EPSS_SCORE';
  readonly sortOrder?: 'ASC' | 'DESC' | undefined;
}

export interface SearchFindingsRequest {
  readonly filterCriteria?: FilterCriteria | undefined;
  readonly sortCriteria?: SearchSort | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface SearchFindingsResponse {
  readonly findings: readonly SearchedFinding[];
  readonly nextToken?: string | undefined;
}

export interface CreateKeyRequest {
  readonly provider?: 'LOCAL' | 'TRANSIT' | 'KMS' | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

export interface CreateKeyResponse {
  readonly keyArn: string;
}

export interface DecryptDataKeyRequest {
  readonly keyArn: string;
  readonly wrappedKey: string;
  readonly context: Readonly<Record<string, string>>;
}

export interface DecryptDataKeyResponse {
  readonly dataKey: Uint8Array;
}

export interface Key {
  readonly keyArn: string;
  readonly provider: 'LOCAL' | 'TRANSIT' | 'KMS';
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly version?: number | undefined;
  readonly createdAt: Date;
  readonly rotatedAt?: Date | undefined;
}

export interface ListKeysRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListKeysResponse {
  readonly keys: readonly Key[];
  readonly nextToken?: string | undefined;
}

export interface RotateKeyRequest {
  readonly keyArn?: string | undefined;
}

export interface RotateKeyResponse {
  readonly keyArn?: string | undefined;
  readonly version: number;
}

export interface CrawlRegistryRequest {
  readonly registryArn: string;
  readonly repository?: string | undefined;
  readonly acceptMissing?: boolean | undefined;
}

export interface CrawlRegistryResponse {
  readonly registryArn: string;
}

export interface CreateRegistryRequest {
  readonly name: string;
  readonly kind: string;
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly secret?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly frequencies?: readonly RegistryFrequency[] | undefined;
  readonly recentDays?: number | undefined;
  readonly crawlMinutes?: number | undefined;
}

export interface CreateRegistryResponse {
  readonly registryArn: string;
  readonly notificationPath?: string | undefined;
  readonly notificationToken?: string | undefined;
}

export interface DeleteRegistryRequest {
  readonly registryArn: string;
}

export interface DeleteRegistryResponse {
  readonly registryArn: string;
}

export interface GetRegistryRequest {
  readonly registryArn: string;
}

export interface GetRegistryResponse {
  readonly registry: RegistrySummary;
  readonly counts: RegistryCounts;
}

export interface ListRegistriesRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListRegistriesResponse {
  readonly registries: readonly RegistrySummary[];
  readonly nextToken?: string | undefined;
}

export type ListRegistryKindsRequest = Record<string, never>;

export interface ListRegistryKindsResponse {
  readonly kinds: readonly RegistryKind[];
}

export interface RegistryCapabilitySet {
  readonly repositories: boolean;
  readonly untagged: boolean;
  readonly pushEvents: boolean;
  readonly pullEvents: boolean;
  readonly pullTimes: boolean;
  readonly referrers: boolean;
}

export interface RegistryCounts {
  readonly repositories: number;
  readonly images: number;
  readonly waiting: number;
  readonly failed: number;
}

export interface RegistryField {
  readonly name: string;
  readonly about: string;
  readonly required: boolean;
}

export interface RegistryFrequency {
  readonly pattern: string;
  readonly frequency: 'CONTINUOUS_SCAN' | 'SCAN_ON_PUSH' | 'MANUAL';
}

export interface RegistryKind {
  readonly kind: string;
  readonly fields: readonly RegistryField[];
  readonly secret?: RegistryField | undefined;
  readonly capabilities: RegistryCapabilitySet;
  readonly permissions: readonly string[];
}

export interface RegistrySummary {
  readonly registryArn: string;
  readonly name: string;
  readonly kind: string;
  readonly host: string;
  readonly config: Readonly<Record<string, string>>;
  readonly include: readonly string[];
  readonly frequencies: readonly RegistryFrequency[];
  readonly recentDays: number;
  readonly crawlMinutes: number;
  readonly status: 'ACTIVE' | 'FAILING' | 'PAUSED';
  readonly capabilities?: RegistryCapabilitySet | undefined;
  readonly notificationPath?: string | undefined;
  readonly lastCrawledAt?: Date | undefined;
  readonly nextCrawlAt?: Date | undefined;
  readonly missingImages?: number | undefined;
  readonly lastError?: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface UpdateRegistryRequest {
  readonly registryArn: string;
  readonly name?: string | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly secret?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly frequencies?: readonly RegistryFrequency[] | undefined;
  readonly recentDays?: number | undefined;
  readonly crawlMinutes?: number | undefined;
  readonly enabled?: boolean | undefined;
  readonly newNotificationToken?: boolean | undefined;
}

export interface UpdateRegistryResponse {
  readonly registryArn: string;
  readonly notificationPath?: string | undefined;
  readonly notificationToken?: string | undefined;
}

export interface ListRepositoriesRequest {
  readonly registry?: string | undefined;
  readonly repositoryPrefix?: string | undefined;
  readonly inUse?: boolean | undefined;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListRepositoriesResponse {
  readonly repositories: readonly RepositorySummary[];
  readonly nextToken?: string | undefined;
}

export interface ListRepositoryImagesRequest {
  readonly accountId?: string | undefined;
  readonly registry: string;
  readonly repository: string;
  readonly inUse?: boolean | undefined;
  readonly statusCode?: 'ACTIVE' | 'INACTIVE' | undefined;
  readonly digest?: string | undefined;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListRepositoryImagesResponse {
  readonly images: readonly RepositoryImage[];
  readonly nextToken?: string | undefined;
}

export interface ListTagHistoryRequest {
  readonly accountId?: string | undefined;
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListTagHistoryResponse {
  readonly history: readonly TagSpan[];
  readonly nextToken?: string | undefined;
}

export interface MovedTag {
  readonly tag: string;
  readonly movedAt: Date;
  readonly digest: string;
}

export interface OpenFindingCounts {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly all: number;
}

export interface PlatformImage {
  readonly resourceArn: string;
  readonly digest: string;
  readonly platform: string;
  readonly statusCode: string;
  readonly reason: string;
  readonly inUseCount: number;
  readonly lastInUseAt?: Date | undefined;
  readonly findings: OpenFindingCounts;
}

export interface RepositoryImage {
  readonly digest: string;
  readonly kind?: 'INDEX' | 'IMAGE' | 'ARTIFACT' | undefined;
  readonly artifactType?: string | undefined;
  readonly tags: readonly string[];
  readonly movedTags: readonly MovedTag[];
  readonly pushedAt?: Date | undefined;
  readonly pulledAt?: Date | undefined;
  readonly firstSeenAt?: Date | undefined;
  readonly deletedAt?: Date | undefined;
  readonly error?: string | undefined;
  readonly platforms: readonly PlatformImage[];
}

export interface RepositorySummary {
  readonly accountId: string;
  readonly registry: string;
  readonly repository: string;
  readonly repositoryArn?: string | undefined;
  readonly scanFrequency?: 'CONTINUOUS_SCAN' | 'SCAN_ON_PUSH' | 'MANUAL' | undefined;
  readonly images: number;
  readonly imagesInUse: number;
  readonly inUseCount: number;
  readonly lastPushedAt?: Date | undefined;
  readonly lastInUseAt?: Date | undefined;
  readonly findings: OpenFindingCounts;
}

export interface TagSpan {
  readonly tag: string;
  readonly digest: string;
  readonly since: Date;
  readonly until?: Date | undefined;
}

export interface DeleteResourceRequest {
  readonly resourceArn: string;
}

export interface DeleteResourceResponse {
  readonly resourceArn: string;
}

export interface GetScanRequest {
  readonly scanId: string;
}

export interface GetScanResponse {
  readonly scanId: string;
  readonly status: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly resourceArn?: string | undefined;
  readonly message?: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface StartScanRequest {
  readonly resourceArn: string;
}

export interface StartScanResponse {
  readonly scanId: string;
}

export interface AdvisoryDatabase {
  readonly revision: string;
  readonly builtAt: Date;
  readonly ageSeconds: number;
  readonly recordCount?: number | undefined;
  readonly sources: readonly AdvisorySource[];
}

export interface AdvisorySource {
  readonly name: string;
  readonly builtAt?: Date | undefined;
  readonly licence?: string | undefined;
  readonly url?: string | undefined;
  readonly recordCount?: number | undefined;
}

export interface EvaluationProgress {
  readonly state: 'PENDING' | 'RUNNING' | 'DONE' | 'FAILED';
  readonly fromRevision?: string | undefined;
  readonly toRevision?: string | undefined;
  readonly resourcesDone?: number | undefined;
  readonly resourcesTotal?: number | undefined;
  readonly startedAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
}

export interface FirstLook {
  readonly name: string;
  readonly kind: string;
  readonly state: 'PENDING' | 'RUNNING' | 'DONE' | 'FAILED';
  readonly resourceArn?: string | undefined;
  readonly packageCount?: number | undefined;
  readonly gapCount?: number | undefined;
  readonly findingCount?: number | undefined;
  readonly message?: string | undefined;
  readonly startedAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
}

export type GetServiceStatusRequest = Record<string, never>;

export interface GetServiceStatusResponse {
  readonly version: string;
  readonly region: string;
  readonly account: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  readonly startedAt?: Date | undefined;
  readonly database?: AdvisoryDatabase | undefined;
  readonly evaluation?: EvaluationProgress | undefined;
  readonly counts: ServiceCounts;
  readonly firstLooks: readonly FirstLook[];
  readonly retention: Retention;
}

export interface Retention {
  readonly closedFindingDays?: number | undefined;
  readonly auditRecordDays?: number | undefined;
  readonly runningDays: number;
}

export interface ServiceCounts {
  readonly accounts: number;
  readonly resources: number;
  readonly inventories?: number | undefined;
  readonly packages?: number | undefined;
  readonly findings: number;
  readonly queuedJobs: number;
  readonly heldImages?: number | undefined;
}

export type CreateSignInLinkRequest = Record<string, never>;

export interface CreateSignInLinkResponse {
  readonly path: string;
  readonly expiresAt: Date;
}

export interface CreateSinkRequest {
  readonly name: string;
  readonly kind: string;
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly secret?: string | undefined;
  readonly mode?: 'EACH' | 'GROUPED' | 'HOURLY_DIGEST' | 'DAILY_DIGEST' | 'TICKETS' | undefined;
  readonly digestHour?: number | undefined;
  readonly filter?: SinkFilter | undefined;
}

export interface CreateSinkResponse {
  readonly sinkArn: string;
}

export interface DeadLetter {
  readonly message: unknown;
  readonly error: string;
  readonly createdAt: Date;
}

export interface DeleteSinkRequest {
  readonly sinkArn: string;
}

export interface DeleteSinkResponse {
  readonly sinkArn: string;
}

export interface GetSinkRequest {
  readonly sinkArn: string;
}

export interface GetSinkResponse {
  readonly sink: SinkSummary;
  readonly deadLetterCount: number;
}

export interface ListDeadLettersRequest {
  readonly sinkArn: string;
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListDeadLettersResponse {
  readonly deadLetters: readonly DeadLetter[];
  readonly nextToken?: string | undefined;
}

export type ListSinkKindsRequest = Record<string, never>;

export interface ListSinkKindsResponse {
  readonly kinds: readonly SinkKindDescription[];
}

export interface ListSinksRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListSinksResponse {
  readonly sinks: readonly SinkSummary[];
  readonly nextToken?: string | undefined;
}

export interface ReplayDeadLettersRequest {
  readonly sinkArn: string;
}

export interface ReplayDeadLettersResponse {
  readonly deadLetterCount: number;
}

export interface SendTestEventRequest {
  readonly sinkArn: string;
}

export interface SendTestEventResponse {
  readonly sinkArn: string;
}

export interface SinkFilter {
  readonly kinds?:
    | readonly (
        | 'OPENED'
        | 'CLOSED'
        | 'REOPENED'
        | 'CHANGED'
        | 'SUPPRESSED'
        | 'UNSUPPRESSED'
        | 'COVERAGE'
        | 'SCAN_COMPLETE'
        | 'FILTER'
        | 'DUE_DATE'
        | 'ACCOUNT'
        | 'EXPORT'
        | 'KEY'
        | 'RUNNING'
      )[]
    | undefined;
  readonly severities?: readonly ('UNTRIAGED' | 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL')[] | undefined;
  readonly fixAvailable?: readonly ('YES' | 'NO' | 'PARTIAL')[] | undefined;
  readonly inUse?: boolean | undefined;
  readonly repositories?: readonly string[] | undefined;
  readonly tags?: readonly SinkTag[] | undefined;
}

export interface SinkField {
  readonly name: string;
  readonly about: string;
  readonly required: boolean;
}

export interface SinkKindDescription {
  readonly kind: string;
  readonly fields: readonly SinkField[];
  readonly secret?: SinkField | undefined;
  readonly modes: readonly ('EACH' | 'GROUPED' | 'HOURLY_DIGEST' | 'DAILY_DIGEST' | 'TICKETS')[];
}

export interface SinkSummary {
  readonly sinkArn: string;
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, string>>;
  readonly status: 'ACTIVE' | 'RETRYING' | 'PAUSED';
  readonly mode: 'EACH' | 'GROUPED' | 'HOURLY_DIGEST' | 'DAILY_DIGEST' | 'TICKETS';
  readonly digestHour?: number | undefined;
  readonly filter: SinkFilter;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastDeliveredAt?: Date | undefined;
  readonly lastError?: string | undefined;
  readonly failedAttempts?: number | undefined;
  readonly nextAttemptAt?: Date | undefined;
  readonly nextDigestAt?: Date | undefined;
}

export interface SinkTag {
  readonly key: string;
  readonly value?: string | undefined;
}

export interface UpdateSinkRequest {
  readonly sinkArn: string;
  readonly name?: string | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly secret?: string | undefined;
  readonly mode?: 'EACH' | 'GROUPED' | 'HOURLY_DIGEST' | 'DAILY_DIGEST' | 'TICKETS' | undefined;
  readonly digestHour?: number | undefined;
  readonly filter?: SinkFilter | undefined;
  readonly enabled?: boolean | undefined;
}

export interface UpdateSinkResponse {
  readonly sinkArn: string;
}

export interface CountResourceStatesRequest {
  readonly accountIds?: readonly string[] | undefined;
}

export interface CountResourceStatesResponse {
  readonly counts: readonly StateCount[];
}

export interface ListRecommendationsRequest {
  readonly surface: 'REGISTRY' | 'RUNTIME';
  readonly accountIds?: readonly string[] | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface ListRecommendationsResponse {
  readonly recommendations: readonly Recommendation[];
  readonly nextToken?: string | undefined;
}

export interface ListResourceStatesRequest {
  readonly surface: 'REGISTRY' | 'RUNTIME';
  readonly states?: readonly ('UNHEALTHY' | 'HEALTHY' | 'UNVERIFIED' | 'NOT_APPLICABLE')[] | undefined;
  readonly accountIds?: readonly string[] | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface ListResourceStatesResponse {
  readonly resources: readonly StatedResource[];
  readonly nextToken?: string | undefined;
}

export interface Recommendation {
  readonly resourceArn: string;
  readonly accountId: string;
  readonly repositoryName?: string | undefined;
  readonly inUseCount: number;
  readonly findingCounts: SeverityCounts;
  readonly fixableCount: number;
  readonly upgradeCount: number;
  readonly upgrades: readonly RecommendedUpgrade[];
}

export interface RecommendedUpgrade {
  readonly packageName: string;
  readonly installedVersion: string;
  readonly fixedInVersion?: string | undefined;
  readonly findingCount: number;
}

export interface StateCount {
  readonly surface: 'REGISTRY' | 'RUNTIME';
  readonly resourceType: string;
  readonly state: 'UNHEALTHY' | 'HEALTHY' | 'UNVERIFIED' | 'NOT_APPLICABLE';
  readonly reason?: string | undefined;
  readonly count: number;
}

export interface StatedResource {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly accountId: string;
  readonly state: 'UNHEALTHY' | 'HEALTHY' | 'UNVERIFIED' | 'NOT_APPLICABLE';
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly inUseCount: number;
  readonly lastInUseAt?: Date | undefined;
  readonly deletedAt?: Date | undefined;
}

export interface GetSubmissionRequest {
  readonly jobId: string;
}

export interface GetSubmissionResponse {
  readonly jobId: string;
  readonly status: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly resourceArn?: string | undefined;
  readonly resourceType?: string | undefined;
  readonly packageCount?: number | undefined;
  readonly gapCount?: number | undefined;
  readonly findingCounts?: SeverityCounts | undefined;
  readonly error?: SubmissionError | undefined;
  readonly createdAt: Date;
  readonly updatedAt?: Date | undefined;
}

export interface SeverityCounts {
  readonly all: number;
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  readonly informational: number;
  readonly untriaged: number;
}

export interface SubmissionError {
  readonly code: string;
  readonly message: string;
}

export interface SubmitInventoryRequest {
  readonly document: Uint8Array;
  readonly repository?: string | undefined;
  readonly tag?: string | undefined;
  readonly name?: string | undefined;
  readonly platform?: string | undefined;
}

export interface SubmitInventoryResponse {
  readonly jobId: string;
}

export interface FindingTrend {
  readonly accountId?: string | undefined;
  readonly days: readonly TrendDay[];
}

export interface GetFindingTrendRequest {
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
  readonly accountIds?: readonly string[] | undefined;
  readonly groupBy?: 'ACCOUNT' | undefined;
}

export interface GetFindingTrendResponse {
  readonly trends: readonly FindingTrend[];
}

export interface GetRemediationTimesRequest {
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
  readonly accountIds?: readonly string[] | undefined;
}

export interface GetRemediationTimesResponse {
  readonly all?: RemediationTime | undefined;
  readonly bySeverity: readonly RemediationTime[];
}

export interface ListTopMoversRequest {
  readonly by: 'VULNERABILITY' | 'REPOSITORY' | 'RESOURCE';
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
  readonly accountIds?: readonly string[] | undefined;
  readonly maxResults?: number | undefined;
}

export interface ListTopMoversResponse {
  readonly movers: readonly Mover[];
}

export interface Mover {
  readonly name: string;
  readonly opened: number;
  readonly closed: number;
}

export interface RemediationTime {
  readonly severity?: string | undefined;
  readonly findings: number;
  readonly meanSeconds: number;
  readonly medianSeconds: number;
}

export interface TrendDay {
  readonly date: string;
  readonly active: SeverityCounts;
  readonly suppressed: SeverityCounts;
  readonly opened: SeverityCounts;
  readonly closed: SeverityCounts;
}

export interface ExportVexRequest {
  readonly format: 'OPENVEX' | 'CSAF' | 'CYCLONEDX';
}

export interface ExportVexResponse {
  readonly document: string;
  readonly statements: number;
}

export interface ImportVexRequest {
  readonly document: string;
}

export interface ImportVexResponse {
  readonly format: 'OPENVEX' | 'CSAF' | 'CYCLONEDX';
  readonly documentId: string;
  readonly created: number;
  readonly replaced: number;
  readonly skipped: readonly VexSkipped[];
}

export interface VexSkipped {
  readonly vulnerabilityId?: string | undefined;
  readonly product?: string | undefined;
  readonly why: string;
}

export interface AttackEvidence {
  readonly rule: string;
  readonly detail: string;
  readonly severity: string;
}

export interface EpssDay {
  readonly date: string;
  readonly score: number;
}

export interface EpssTrend {
  readonly score: number;
  readonly change7Days?: number | undefined;
  readonly change30Days?: number | undefined;
  readonly days: readonly EpssDay[];
}

export interface GetVulnerabilityRequest {
  readonly vulnerabilityId: string;
}

export interface GetVulnerabilityResponse {
  readonly vulnerabilityId: string;
  readonly revision?: string | undefined;
  readonly description: string;
  readonly severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED';
  readonly score?: number | undefined;
  readonly vectors: readonly string[];
  readonly epss?: EpssTrend | undefined;
  readonly cisaDateAdded?: Date | undefined;
  readonly cisaDateDue?: Date | undefined;
  readonly cisaAction?: string | undefined;
  readonly weaponised: boolean;
  readonly exploitAvailable: boolean;
  readonly evidences: readonly AttackEvidence[];
  readonly tools: readonly string[];
  readonly ttps: readonly string[];
  readonly firstExploitAt?: Date | undefined;
  readonly lastExploitAt?: Date | undefined;
  readonly cwes: readonly string[];
  readonly relatedVulnerabilities: readonly string[];
  readonly referenceUrls: readonly string[];
  readonly sourceUrl?: string | undefined;
  readonly publishedAt?: Date | undefined;
  readonly modifiedAt?: Date | undefined;
  readonly namespaces: readonly string[];
}

export interface DueFinding {
  readonly findingArn: string;
  readonly accountId: string;
  readonly state: 'DUE' | 'OVERDUE' | 'BREACHED' | 'MET';
  readonly dueAt: Date;
  readonly closedAt?: Date | undefined;
  readonly rule: string;
  readonly owner?: string | undefined;
  readonly severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED';
  readonly firstObservedAt: Date;
  readonly vulnerabilityId: string;
  readonly title?: string | undefined;
  readonly resourceArn: string;
}

export interface DueRule {
  readonly name: string;
  readonly severities?: readonly ('INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED')[] | undefined;
  readonly exploited?: boolean | undefined;
  readonly inUse?: boolean | undefined;
  readonly exposures?: readonly ('UNKNOWN' | 'INTERNET' | 'PRIVATE_NETWORK' | 'CLUSTER_OR_NONE')[] | undefined;
  readonly tagKey?: string | undefined;
  readonly tagValue?: string | undefined;
  readonly days?: number | undefined;
}

export type GetDuePolicyRequest = Record<string, never>;

export interface GetDuePolicyResponse {
  readonly rules: readonly DueRule[];
  readonly owners: readonly OwnerRule[];
  readonly updatedAt?: Date | undefined;
  readonly updatedBy?: string | undefined;
}

export interface ListDueDatesByOwnerRequest {
  readonly accountIds?: readonly string[] | undefined;
}

export interface ListDueDatesByOwnerResponse {
  readonly owners: readonly OwnerDates[];
}

export interface ListDueFindingsRequest {
  readonly states?: readonly ('DUE' | 'OVERDUE' | 'BREACHED' | 'MET')[] | undefined;
  readonly owners?: readonly string[] | undefined;
  readonly severities?: readonly ('INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'UNTRIAGED')[] | undefined;
  readonly accountIds?: readonly string[] | undefined;
  readonly dueBefore?: Date | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface ListDueFindingsResponse {
  readonly findings: readonly DueFinding[];
  readonly nextToken?: string | undefined;
}

export interface OwnerDates {
  readonly owner?: string | undefined;
  readonly due: number;
  readonly overdue: number;
  readonly breached: number;
  readonly met: number;
  readonly oldestOverdueAt?: Date | undefined;
}

export interface OwnerRule {
  readonly owner?: string | undefined;
  readonly repository?: string | undefined;
  readonly tagKey?: string | undefined;
  readonly tagValue?: string | undefined;
}

export interface PutDuePolicyRequest {
  readonly rules: readonly DueRule[];
}

export interface PutDuePolicyResponse {
  readonly rules: readonly DueRule[];
}

export interface PutOwnerRulesResponse {
  readonly owners: readonly OwnerRule[];
}

export interface PutOwnerRulesRequest {
  readonly owners: readonly OwnerRule[];
}
