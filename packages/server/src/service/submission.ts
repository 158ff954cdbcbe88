export const SUBMIT = 'submit';
export const SUBMIT_LANE = 'submit';

/** What the API leaves for the worker: the document is a blob, written before the job exists. */
export interface Submission {
  readonly blob: string;
  readonly name?: string;
  readonly repository?: string;
  readonly tag?: string;
  /** `linux/amd64`, of what an SBOM does not say itself. */
  readonly platform?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
