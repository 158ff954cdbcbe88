import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { useAnswer } from '../../api/use-answer.ts';

export const SINK_MODES = ['EACH', 'GROUPED', 'HOURLY_DIGEST', 'DAILY_DIGEST', 'TICKETS'] as const;
export type SinkMode = (typeof SINK_MODES)[number];

export type SinkFilter = Wire<assay.SinkFilter>;
export type Sink = Wire<assay.SinkSummary>;
export type SinkField = Wire<assay.SinkField>;
export type SinkKind = Wire<assay.SinkKindDescription>;
export type DeadLetter = Wire<assay.DeadLetter>;

/** An account has at most 50 sinks: one page holds them. */
export function useSinks() {
  return useAnswer<{ sinks: Sink[] }>('assay', '/assay/sinks/list', { maxResults: 100 });
}
export function useSinkKinds() {
  return useAnswer<{ kinds: SinkKind[] }>('assay', '/assay/sinks/kinds/list', {});
}
export function useSink(sinkArn: string) {
  return useAnswer<{ sink: Sink; deadLetterCount: number }>('assay', '/assay/sinks/get', { sinkArn });
}
export function useDeadLetters(sinkArn: string) {
  return useAnswer<{ deadLetters: DeadLetter[] }>('assay', '/assay/sinks/dead-letters/list', { sinkArn, maxResults: 20 });
}
