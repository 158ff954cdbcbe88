import type { RegistryEvent } from '@assay/core/registry.ts';
import { eventOf, notificationOf, objectAt, ofEventBridge } from '../../notification.ts';

const ACTIONS: Readonly<Record<string, RegistryEvent['action']>> = { PUSH: 'push', DELETE: 'delete' };

/** An event `ECR Image Action` of EventBridge, by itself (a message of SQS) or wrapped by SNS. */
export function ecrEvents(body: Buffer): readonly RegistryEvent[] {
  const event = ofEventBridge(notificationOf(body));
  const detail = objectAt(event, 'detail');
  if (event['detail-type'] !== 'ECR Image Action' || detail['result'] !== 'SUCCESS') return [];
  const read = eventOf({
    action: ACTIONS[String(detail['action-type'])],
    repository: detail['repository-name'],
    digest: detail['image-digest'],
    tag: detail['image-tag'],
    at: event['time'],
  });
  return read === undefined ? [] : [read];
}
