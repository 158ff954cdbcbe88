import type { JsonObject } from '@assay/core/json.ts';
import { notificationOf, objectAt, ofEventBridge } from '../../notification.ts';
import { instant, text } from '../values.ts';
import { readTask, type TaskState } from './task.ts';

/** A task as an event shows it. */
export interface HeardTask {
  readonly cluster: string;
  /** Milliseconds when it happened. */
  readonly at: number;
  readonly task: TaskState;
}

/** An event `ECS Task State Change` of EventBridge; undefined for any other. @throws AssayError `bad-notification` */
export function readTaskEvent(body: Buffer): HeardTask | undefined {
  const event: JsonObject = ofEventBridge(notificationOf(body));
  if (event['detail-type'] !== 'ECS Task State Change') return undefined;
  const detail = objectAt(event, 'detail');
  const [cluster, at, task] = [text(detail['clusterArn']), instant(event['time']), readTask(detail)];
  if (cluster === '' || at === undefined || task === undefined) return undefined;
  // Events leave out some of what a description tells, so the next look describes it once.
  return { cluster, at, task: { ...task, settled: false } };
}
