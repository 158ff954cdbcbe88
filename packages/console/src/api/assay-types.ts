/**
 * Output shapes of the extension service `assay` as they travel (packages/wire/models/assay/).
 * Timestamps are seconds since 1970; members that the model does not require are optional.
 */
/** Each may do what those before it may. */
export type Role = 'viewer' | 'operator' | 'admin';
export type WorkStatus = 'PENDING' | 'RUNNING' | 'DONE' | 'FAILED';

export interface AdvisorySource {
  name: string;
  builtAt?: number;
  licence?: string;
  url?: string;
  recordCount?: number;
}
export interface AdvisoryDatabase {
  revision: string;
  builtAt: number;
  ageSeconds: number;
  recordCount?: number;
  sources: AdvisorySource[];
}
export interface EvaluationProgress {
  state: WorkStatus;
  fromRevision?: string;
  toRevision?: string;
  resourcesDone?: number;
  resourcesTotal?: number;
  startedAt?: number;
  finishedAt?: number;
}
/** What the service looks at by itself on its first start. */
export interface FirstLook {
  name: string;
  kind: string;
  state: WorkStatus;
  resourceArn?: string;
  packageCount?: number;
  gapCount?: number;
  findingCount?: number;
  message?: string;
  startedAt?: number;
  finishedAt?: number;
}
export interface ServiceStatus {
  version: string;
  region: string;
  account: string;
  role: Role;
  startedAt?: number;
  database?: AdvisoryDatabase;
  evaluation?: EvaluationProgress;
  counts: { accounts: number; resources: number; inventories?: number; packages?: number; findings: number; queuedJobs: number };
  firstLooks: FirstLook[];
}

export interface EvidenceLocation {
  path: string;
  layerDigest?: string;
  layerIndex?: number;
  cataloger?: string;
}
export interface PackageExplanation {
  name: string;
  version: string;
  purl?: string;
  namespace?: string;
  arch?: string;
  sourceName?: string;
  sourceVersion?: string;
  searchedBy: string;
  found?: string;
  rule: string;
  range?: string;
  sentence?: string;
  advisory: { id: string; feed: string; url?: string; publishedAt?: number; modifiedAt?: number; title?: string; aliases?: string[] };
  fix: { status: string; fixedInVersion?: string; remediation?: string };
  locations: EvidenceLocation[];
}
export interface ScoreReason {
  source: string;
  vector?: string;
  version?: string;
  baseScore?: number;
  used: boolean;
  sentence?: string;
}
/** Probabilities from 0 to 1; a change is absent where the score was not known that long ago. */
export interface EpssTrend {
  score: number;
  change7Days?: number;
  change30Days?: number;
  days: { date: string; score: number }[];
}
export interface FindingExplanation {
  findingArn: string;
  resourceArn: string;
  vulnerabilityId: string;
  revision?: string;
  packages: PackageExplanation[];
  score: {
    score?: number;
    severity: string;
    severitySource?: string;
    sentence?: string;
    startVector?: string;
    vector?: string;
    adjustments: { metric: string; reason: string }[];
    exposure?: string;
    epss?: EpssTrend;
    reasons: ScoreReason[];
  };
}
