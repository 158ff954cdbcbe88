import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';

/** Each may do what those before it may. */
export type Role = ServiceStatus['role'];
export type WorkStatus = FirstLook['state'];

export type AdvisorySource = Wire<assay.AdvisorySource>;
export type AdvisoryDatabase = Wire<assay.AdvisoryDatabase>;
export type EvaluationProgress = Wire<assay.EvaluationProgress>;
/** What the service looks at by itself on its first start. */
export type FirstLook = Wire<assay.FirstLook>;
export type ServiceStatus = Wire<assay.GetServiceStatusResponse>;

export type EvidenceLocation = Wire<assay.EvidenceLocation>;
export type PackageExplanation = Wire<assay.PackageExplanation>;
export type ScoreReason = Wire<assay.ScoreReason>;
/** Probabilities from 0 to 1; a change is absent where the score was not known that long ago. */
export type EpssTrend = Wire<assay.EpssTrend>;
export type FindingExplanation = Wire<assay.ExplainFindingResponse>;
