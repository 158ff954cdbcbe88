import { AssayError } from '@assay/core/errors.ts';
import { isObject, type JsonObject } from '@assay/core/json.ts';
import type { RegistryEvent } from '@assay/core/registry.ts';
import { isDigest, isRepositoryName, isTagName } from '@assay/net/oci/reference.ts';

/** Far above what registries send at once. */
const MAX_BYTES = 1 << 20;
/** Of one notification; distribution sends few at a time. */
export const MAX_EVENTS = 1000;

/** The object that somebody posted, who may be anybody. Throws an AssayError `bad-notification`. */
export function notificationOf(body: Buffer): JsonObject {
  if (body.length > MAX_BYTES) throw badNotification(`it has more than ${MAX_BYTES} bytes`);
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw badNotification('it is no JSON object');
}

/** An event of EventBridge that came by itself (a message of SQS) or wrapped by SNS. */
export function ofEventBridge(message: JsonObject): JsonObject {
  const { Type: type, Message: text } = message;
  return type === 'Notification' && typeof text === 'string' ? notificationOf(Buffer.from(text)) : message;
}

export function badNotification(why: string): AssayError {
  return new AssayError('bad-notification', `The notification cannot be read: ${why}; check what the registry is configured to send.`);
}

export function objectAt(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isObject(value) ? value : {};
}

export function listAt(object: JsonObject, name: string): readonly unknown[] {
  const value = object[name];
  return Array.isArray(value) ? value.slice(0, MAX_EVENTS) : [];
}

interface Told {
  readonly action: RegistryEvent['action'] | undefined;
  readonly repository: unknown;
  readonly digest: unknown;
  readonly tag: unknown;
  /** Milliseconds since the epoch, or text of a date. */
  readonly at: unknown;
  readonly userAgent?: unknown;
  readonly actor?: unknown;
}

/** Of what was told, if it is about something that can be an image: a repository and a digest or a tag, at a time. */
export function eventOf(told: Told): RegistryEvent | undefined {
  const { action, repository, digest, tag, userAgent, actor } = told;
  const at = typeof told.at === 'string' ? Date.parse(told.at) : told.at;
  if (action === undefined || typeof at !== 'number' || !Number.isFinite(at)) return undefined;
  if (typeof repository !== 'string' || !isRepositoryName(repository)) return undefined;
  const knowsDigest = typeof digest === 'string' && isDigest(digest);
  const knowsTag = typeof tag === 'string' && isTagName(tag);
  if (!knowsDigest && !knowsTag) return undefined;
  return {
    action,
    repository,
    ...(knowsDigest && { digest }),
    ...(knowsTag && { tag }),
    at,
    ...(typeof userAgent === 'string' && { userAgent: userAgent.slice(0, 256) }),
    ...(typeof actor === 'string' && { actor: actor.slice(0, 256) }),
  };
}
