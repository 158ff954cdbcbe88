/** Applies the reports of one cluster that were taken, or stops what runs in one that was removed; the key is its number. */
export const APPLY = 'apply-reports';
/** Looks who runs what came to be known. Payload: `{ digests, waiting? }`. */
export const FIND_RUNNING = 'find-running';
/** Decides again what observations of an account mean. Payload: `{ digests }`. */
export const RESOLVE = 'resolve-running';
/** An account came into a circle of accounts that share what runs, or left it; the job is that account's. */
export const SHARE = 'share-running';
export const RUNNING_LANE = 'running';
/** Brings resources up to what runs, where it is more than a transaction should do besides. Payload: `{ resources }`. */
export const RECOUNT = 'recount-running';
export const RECOUNT_LANE = 'recount';
