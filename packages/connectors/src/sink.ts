/** What a sink receives: events in order, oldest first. The same `delivery` again means the same events again (at least once). */
export interface SinkBatch {
  readonly delivery: string;
  readonly events: readonly unknown[];
}

export interface SinkContext {
  /** Of this sink, unsealed. */
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly send: SendRequest;
}

export interface OutgoingRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
/** POSTs it and answers the HTTP status; a broken connection throws. Give it one that refuses addresses tenants must not reach. */
export type SendRequest = (request: OutgoingRequest, signal: AbortSignal) => Promise<{ readonly status: number }>;

/** A place where events go. */
export interface Sink {
  /** Equal to the folder name and to `sink.kind`. */
  readonly id: string;
  /** Returns when the receiver has taken all of it. @throws with a sentence why not; it is tried again later. */
  deliver(config: Readonly<Record<string, unknown>>, batch: SinkBatch, ctx: SinkContext): Promise<void>;
}
