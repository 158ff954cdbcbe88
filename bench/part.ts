/** One measured thing beside its reference of the same run. */
export interface Line {
  readonly what: string;
  readonly measured: string;
  readonly reference?: string;
  /** Measured ÷ reference. */
  readonly ratio?: number;
  readonly budget?: string;
  /** Absent: for information. */
  readonly met?: boolean;
}

/** Something that holds at any speed of the machine. Broken ones fail the small run. */
export interface Shape {
  readonly name: string;
  readonly holds: boolean;
  readonly detail: string;
}

export interface PartResult {
  readonly lines: readonly Line[];
  readonly shapes?: readonly Shape[];
  /** Paragraphs or list items for RESULTS.md. */
  readonly notes?: readonly string[];
  /** Why nothing was measured. */
  readonly skipped?: string;
}

export interface BenchContext {
  /** 1 with --full, 1/20 with --small. */
  readonly scale: number;
  readonly small: boolean;
  /** Every how many-th combination of the full ListFindings grid is measured. */
  readonly gridStep: number;
  /** A folder for this run, removed at its end. */
  readonly folder: string;
  /** Keeps what is slow to make (images, the estate) between runs; the run's own folder where none was named. */
  readonly cache: string;
  say(text: string): void;
}

export interface Part {
  readonly name: string;
  run(ctx: BenchContext): Promise<PartResult>;
}

export function seconds(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
