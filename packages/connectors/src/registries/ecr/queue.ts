import { AssayError } from '@assay/core/errors.ts';
import { awsError, sdkSourceSettings } from '../../aws.ts';
import type { QueuedNotification, SourceConfig, SourceContext } from '../../source.ts';

/** Within the time that a connection may be silent. */
const WAIT_SECONDS = 20;

/** Messages of the configured SQS queue. Ends when none came for twenty seconds. */
export async function* ecrQueue(config: SourceConfig, ctx: SourceContext): AsyncGenerator<QueuedNotification> {
  const { queueUrl } = config;
  if (queueUrl === undefined || queueUrl === '') return;
  const { SQSClient, ReceiveMessageCommand, DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
  // The address of the queue was named as the endpoint of AWS is, so its host may be reached.
  const sqs = new SQSClient({ ...sdkSourceSettings(config, ctx), useQueueUrlAsEndpoint: config['endpoint'] === undefined });
  const failed = (error: unknown): never => {
    throw ctx.signal.aborted ? new AssayError('aborted', 'The queue is read no longer.') : awsError(error, 'read the queue of events');
  };
  for (;;) {
    const asked = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: WAIT_SECONDS });
    const { Messages: messages = [] } = await sqs.send(asked, { abortSignal: ctx.signal }).catch(failed);
    if (messages.length === 0) return;
    for (const { Body: body = '', ReceiptHandle: receipt } of messages) {
      yield {
        body: Buffer.from(body),
        done: async () => void (await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt })).catch(failed)),
      };
    }
  }
}
