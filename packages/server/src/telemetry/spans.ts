import { tracingChannel } from 'node:diagnostics_channel';

/** A piece of work as a trace shows it; name and attributes may be completed until it ends. No values of people in either. */
export interface Span {
  name: string;
  readonly kind: 'server' | 'internal' | 'client';
  readonly attributes: Record<string, string | number>;
  /** W3C `traceparent` of who asked. */
  readonly parent?: string | undefined;
}

export const SPANS = 'assay:span';
const channel = tracingChannel<unknown, Span>(SPANS);

/** Does the work, and tells whoever listens; nobody does unless traces are exported. */
export function traced<T>(span: () => Span, work: (span: Span | undefined) => Promise<T>): Promise<T> {
  if (!channel.hasSubscribers) return work(undefined);
  const begun = span();
  return channel.tracePromise(() => work(begun), begun);
}

export function isTraced(): boolean {
  return channel.hasSubscribers;
}

/** `select finding`: enough to find the statement, nothing of its values. */
export function statementName(sql: string): string {
  const verb = /\w+/.exec(sql)?.[0].toLowerCase() ?? 'statement';
  const table = /\b(?:from|into|update|join|truncate)\s+([a-z_]\w*)/i.exec(sql)?.[1]?.toLowerCase();
  return table === undefined ? verb : `${verb} ${table}`;
}
