import type { AnyHandler, RequestContext } from './gateway.ts';

/** Gives every handler a richer context (database, queue, …) made from the gateway's one. */
export function bindHandlers<C>(handlers: object, extend: (context: RequestContext) => C): Record<string, AnyHandler> {
  const bound: Record<string, AnyHandler> = {};
  for (const [name, handler] of Object.entries(handlers)) {
    if (handler) bound[name] = (input, context) => (handler as (input: unknown, context: C) => Promise<unknown>)(input, extend(context));
  }
  return bound;
}
