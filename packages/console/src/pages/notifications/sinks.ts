import { useAnswer } from '../../api/use-answer.ts';

export const SINK_MODES = ['EACH', 'GROUPED', 'HOURLY_DIGEST', 'DAILY_DIGEST', 'TICKETS'] as const;
export type SinkMode = (typeof SINK_MODES)[number];

export interface SinkFilter {
  kinds?: string[];
  severities?: string[];
  fixAvailable?: string[];
  inUse?: boolean;
  repositories?: string[];
  tags?: { key: string; value?: string }[];
}
export interface Sink {
  sinkArn: string;
  name: string;
  kind: string;
  config: Record<string, string>;
  status: 'ACTIVE' | 'RETRYING' | 'PAUSED';
  mode: SinkMode;
  digestHour?: number;
  filter: SinkFilter;
  lastDeliveredAt?: number;
  lastError?: string;
  failedAttempts?: number;
  nextAttemptAt?: number;
}
export interface SinkField {
  name: string;
  about: string;
  required: boolean;
}
export interface SinkKind {
  kind: string;
  fields: SinkField[];
  secret?: SinkField;
  /** The first is what it does unless told otherwise. */
  modes: SinkMode[];
}
export interface DeadLetter {
  message: unknown;
  error: string;
  createdAt: number;
}

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
