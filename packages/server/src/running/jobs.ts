/** Applies the reports of one cluster that were taken. Payload: `{ cluster }`. */
export const APPLY = 'apply-reports';
/** Decides again what observations of an account mean. Payload: `{ digests }`. */
export const RESOLVE = 'resolve-running';
export const RUNNING_LANE = 'running';
/** Brings resources up to what runs, where it is more than a transaction should do besides. Payload: `{ resources }`. */
export const RECOUNT = 'recount-running';
export const RECOUNT_LANE = 'recount';
