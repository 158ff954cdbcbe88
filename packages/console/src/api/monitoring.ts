import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
/** For how long images stay monitored: what GetMonitoringStatus of `assay` says. */
export type Monitoring = Wire<assay.GetMonitoringStatusResponse>;

/** What PreviewMonitoring says of windows that nobody chose yet. */
export type MonitoringPreview = Wire<assay.PreviewMonitoringResponse>;

const DAYS = ['DAYS_3', 'DAYS_7', 'DAYS_14', 'DAYS_30', 'DAYS_60', 'DAYS_90', 'DAYS_180'] as const;
export const PUSH_WINDOWS: readonly string[] = [...DAYS, 'LIFETIME'];
export const USE_WINDOWS: readonly string[] = ['NONE', ...DAYS];
export const MODES: readonly string[] = ['LAST_IN_USE_AT', 'LAST_PULL_DATE'];
