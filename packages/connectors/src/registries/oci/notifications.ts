import { isObject, type JsonObject } from '@assay/core/json.ts';
import type { RegistryEvent } from '@assay/core/registry.ts';
import { MANIFEST_TYPES } from '@assay/net/oci/manifest-type.ts';
import { eventOf, listAt, notificationOf, objectAt } from '../../notification.ts';

const ACTIONS: Readonly<Record<string, RegistryEvent['action']>> = { push: 'push', pull: 'pull', delete: 'delete' };

/**
 * Events of distribution (docs/notifications.md), whose envelope has the same members in versions 1 and 2, and the single event of Azure's
 * webhooks. A pull of an index is told for the index and for the platform that was taken. Layers come and go with their manifests; a HEAD
 * looks but takes nothing.
 */
export function distributionEvents(body: Buffer): readonly RegistryEvent[] {
  const notification = notificationOf(body);
  const events = isObject(notification['target']) ? [notification] : listAt(notification, 'events');
  return events.flatMap((event) => (isObject(event) ? (readEvent(event) ?? []) : []));
}

function readEvent(event: JsonObject): RegistryEvent | undefined {
  const target = objectAt(event, 'target');
  const request = objectAt(event, 'request');
  const action = ACTIONS[String(event['action'])];
  const { mediaType, repository, digest, tag } = target;
  // Deletions name no type.
  if (action !== 'delete' && !MANIFEST_TYPES.includes(String(mediaType))) return undefined;
  if (action === 'pull' && request['method'] === 'HEAD') return undefined;
  const actor = objectAt(event, 'actor')['name'];
  return eventOf({ action, repository, digest, tag, at: event['timestamp'], userAgent: request['useragent'], actor });
}
