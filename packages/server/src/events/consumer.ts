import type { Consumer } from './outbox.ts';

/** The outbox reader of a sink. */
export function consumerOf(sink: { readonly account: number; readonly id: number }): Consumer {
  return { consumer: `sink:${sink.id}`, account: sink.account };
}
