import type { ConfigField } from './config.ts';
import type { SinkMessage } from './message.ts';

/** What a sink receives: messages in order, oldest first, at least one. The same `delivery` again means the same messages again (at least once). */
export interface SinkBatch {
  readonly delivery: string;
  readonly messages: readonly SinkMessage[];
}

export interface SinkContext {
  /** Of this sink, unsealed; empty when it has none. */
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly send: SendRequest;
  readonly addressOf: AddressOf;
  readonly tickets: Tickets;
}

export interface OutgoingRequest {
  /** Default POST. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}
export interface IncomingAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}
/** Answers whatever the status; a broken connection throws. Give it one that refuses addresses tenants must not reach. */
export type SendRequest = (request: OutgoingRequest, signal: AbortSignal) => Promise<IncomingAnswer>;
/** An address of a host for protocols that are not HTTP. @throws when tenants must not reach it. */
export type AddressOf = (host: string) => Promise<string>;

/** Which ticket stands for which group: without it the same vulnerability would make a ticket a day. */
export interface Tickets {
  find(key: string): Promise<string | undefined>;
  remember(key: string, ticket: string): Promise<void>;
}

/**
 * EACH: a message per change. GROUPED: per vulnerability, or per resource that was looked at. HOURLY_DIGEST, DAILY_DIGEST: counts.
 * TICKETS: groups per vulnerability and repository.
 */
export type SinkMode = 'EACH' | 'GROUPED' | 'HOURLY_DIGEST' | 'DAILY_DIGEST' | 'TICKETS';

/** A place where events go. */
export interface Sink {
  /** Equal to the folder name and to `sink.kind`. */
  readonly id: string;
  readonly config: Readonly<Record<string, ConfigField>>;
  /** What the sealed secret is; undefined: there is none. */
  readonly secret?: ConfigField;
  /** The first is what it does unless told otherwise. */
  readonly modes: readonly [SinkMode, ...SinkMode[]];
  /** Kinds of events that go there unless told otherwise; undefined: all. */
  readonly kinds?: readonly string[];
  /** Returns when the receiver has taken all of it. @throws with a sentence why not; it is tried again later. */
  deliver(config: SinkConfig, batch: SinkBatch, ctx: SinkContext): Promise<void>;
}
export type SinkConfig = Readonly<Record<string, string>>;

/** What people want to hear of when they did not say. */
export const FOR_PEOPLE = ['OPENED', 'REOPENED', 'DUE_DATE', 'FILTER'] as const;

/** @throws unless the answer is a 2xx; the receiver's own words are not repeated, since they would be shown to whoever set the address. */
export function requireTaken(answer: { readonly status: number }): void {
  if (answer.status < 200 || answer.status > 299) throw new Error(`the receiver answered ${answer.status}`);
}
