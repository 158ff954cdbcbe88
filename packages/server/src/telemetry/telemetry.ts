import { createMetrics, type Metrics } from './metrics.ts';

/** Bounds in seconds. */
const REQUEST_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const JOB_BOUNDS = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 1800];

export type JobOutcome = 'done' | 'failed' | 'dead' | 'lost' | 'stopped';

export interface RequestFacts {
  readonly status: number;
  readonly service?: string;
  readonly operation?: string;
  readonly errorCode?: string;
}

/** What the parts of the service tell about themselves. */
export interface Telemetry {
  readonly metrics: Metrics;
  request(facts: RequestFacts, milliseconds: number): void;
  job(facts: { readonly kind: string; readonly outcome: JobOutcome }, milliseconds: number): void;
}

export function createTelemetry(): Telemetry {
  const metrics = createMetrics();
  const requests = metrics.counter('assay_requests_total', 'Requests by operation, status and error.');
  const requestSeconds = metrics.histogram('assay_request_seconds', 'Time from the first byte of a request to its answer.', REQUEST_BOUNDS);
  const jobSeconds = metrics.histogram('assay_job_seconds', 'Time of one attempt at a job.', JOB_BOUNDS);
  return {
    metrics,
    request({ service = '', operation = '', status, errorCode = '' }, milliseconds) {
      requests({ service, operation, status: String(status), error: errorCode });
      requestSeconds({ service, operation }, milliseconds / 1000);
    },
    job: ({ kind, outcome }, milliseconds) => jobSeconds({ kind, outcome }, milliseconds / 1000),
  };
}
