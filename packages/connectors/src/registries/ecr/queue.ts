import { openQueue } from '../../aws-queue.ts';
import type { QueuedNotification, SourceConfig, SourceContext } from '../../source.ts';

/** Messages of the configured SQS queue. Ends when none came for twenty seconds. */
export async function* ecrQueue(config: SourceConfig, ctx: SourceContext): AsyncGenerator<QueuedNotification> {
  const { queueUrl } = config;
  if (queueUrl === undefined || queueUrl === '') return;
  const queue = await openQueue(queueUrl, config, ctx);
  for (;;) {
    const messages = await queue.receive();
    if (messages.length === 0) return;
    for (const message of messages) yield { body: message.body, done: () => queue.done([message]) };
  }
}
