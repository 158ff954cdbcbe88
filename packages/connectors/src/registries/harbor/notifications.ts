import { isObject } from '@assay/core/json.ts';
import type { RegistryEvent } from '@assay/core/registry.ts';
import { eventOf, listAt, notificationOf, objectAt } from '../../notification.ts';

/** In Harbor's own form and as CloudEvents. */
const ACTIONS: Readonly<Record<string, RegistryEvent['action']>> = {
  PUSH_ARTIFACT: 'push',
  PULL_ARTIFACT: 'pull',
  DELETE_ARTIFACT: 'delete',
  'harbor.artifact.pushed': 'push',
  'harbor.artifact.pulled': 'pull',
  'harbor.artifact.deleted': 'delete',
};

/** One notification of a webhook policy; other kinds (scans, quotas, replication) are no events of images. */
export function harborEvents(body: Buffer): readonly RegistryEvent[] {
  const notification = notificationOf(body);
  const { type, occur_at: seconds, time, operator } = notification;
  const data = objectAt(notification, isObject(notification['event_data']) ? 'event_data' : 'data');
  const repository = objectAt(data, 'repository')['repo_full_name'];
  const at = typeof seconds === 'number' ? seconds * 1000 : time;
  const action = ACTIONS[String(type)];
  return listAt(data, 'resources').flatMap((resource) => {
    if (!isObject(resource)) return [];
    const { digest, tag } = resource;
    return eventOf({ action, repository, digest, tag, at, actor: operator }) ?? [];
  });
}
