import { AssayError } from '@assay/core/errors.ts';
import { awsError, sdkSourceSettings } from './aws.ts';
import type { SourceConfig, SourceContext } from './source.ts';

/** Within the time that a connection may be silent. */
const WAIT_SECONDS = 20;
const AT_ONCE = 10;

export interface QueueMessage {
  readonly body: Buffer;
  readonly receipt: string;
}

/** An SQS queue to which EventBridge sends. Methods throw AssayErrors of `awsError`, and `aborted`. */
export interface EventQueue {
  /** Up to ten; none when none came for twenty seconds. */
  receive(): Promise<readonly QueueMessage[]>;
  /** They were taken; those that were not come again. */
  done(messages: readonly QueueMessage[]): Promise<void>;
}

export async function openQueue(queueUrl: string, config: SourceConfig, ctx: SourceContext): Promise<EventQueue> {
  const { SQSClient, ReceiveMessageCommand, DeleteMessageBatchCommand } = await import('@aws-sdk/client-sqs');
  const region = regionOf(queueUrl) ?? config['region'] ?? '';
  // The address of the queue was named as the endpoint of AWS is, so its host may be reached.
  const sqs = new SQSClient({ ...sdkSourceSettings({ ...config, region }, ctx), useQueueUrlAsEndpoint: config['endpoint'] === undefined });
  const failed = (error: unknown): never => {
    throw ctx.signal.aborted ? new AssayError('aborted', 'The queue is read no longer.') : awsError(error, 'read the queue of events');
  };
  return {
    async receive() {
      const asked = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: AT_ONCE, WaitTimeSeconds: WAIT_SECONDS });
      const { Messages: messages = [] } = await sqs.send(asked, { abortSignal: ctx.signal }).catch(failed);
      return messages.map(({ Body: body = '', ReceiptHandle: receipt = '' }) => ({ body: Buffer.from(body), receipt }));
    },
    async done(messages) {
      if (messages.length === 0) return;
      const entries = messages.map(({ receipt }, at) => ({ Id: String(at), ReceiptHandle: receipt }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries })).catch(failed);
    },
  };
}

/** A queue may be in another region than what it tells of. */
function regionOf(queueUrl: string): string | undefined {
  return /^sqs\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(URL.parse(queueUrl)?.hostname ?? '')?.[1];
}
