import type { Sink } from './sink.ts';
import { webhook } from './sinks/webhook/webhook.ts';

/** Every kind of place where events go. */
export const SINKS: readonly Sink[] = [webhook];

export function sinkOf(id: string): Sink | undefined {
  return SINKS.find((sink) => sink.id === id);
}
