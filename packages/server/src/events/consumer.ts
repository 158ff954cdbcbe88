import type { Consumer, StreamName } from './outbox.ts';

interface SinkKey {
  readonly account: number;
  readonly id: number;
}

/** The reader that a sink has of each outbox. */
export function consumerOf(sink: SinkKey, stream: StreamName): Consumer {
  return { consumer: stream === 'finding' ? `sink:${sink.id}` : `sink:${sink.id}:${stream}`, account: sink.account, stream };
}
