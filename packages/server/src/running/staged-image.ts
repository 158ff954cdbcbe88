import { createHash } from 'node:crypto';
import { parseImageId } from '@assay/core/image-id.ts';
import { REACH_CODES, type RunningImage } from '@assay/core/running.ts';

/** A row of `running_image` as a report waits with it. Times in seconds since the epoch. */
export interface StagedImage {
  /** 16 bytes in hexadecimal. */
  readonly key: string;
  readonly namespace: string;
  readonly workload_kind: string;
  readonly workload: string;
  readonly definition: string;
  readonly image: string;
  readonly image_id: string;
  readonly platform: string;
  readonly digests: readonly string[];
  readonly digest: string | null;
  readonly running: number;
  readonly seen: number;
  readonly reach: number;
  readonly hours: readonly { readonly hour: number; readonly stopped: number }[];
}

const HOUR_MS = 3_600_000;
/** Reports may be of clocks that run ahead by so much. */
export const AHEAD_MS = 60_000;
const MOST_UNITS = 10_000_000;
const MOST_DIGESTS = 32;
const MOST_HOURS = 25;
const DAY_MS = 24 * HOUR_MS;

/** Whatever a collector says fits the columns afterwards: lengths, numbers and times are kept within what can be. */
export function stageImage(image: RunningImage, now: number): StagedImage {
  const { digest } = parseImageId(image.imageId);
  const said = {
    namespace: text(image.namespace, 256),
    workload_kind: text(image.workload.kind, 64),
    workload: text(image.workload.name, 256),
    definition: text(image.definition, 512),
    image: text(image.image, 1024),
    image_id: text(image.imageId, 1024),
    platform: text(image.platform, 64),
  };
  const key = [said.namespace, said.workload_kind, said.workload, said.definition, said.image_id || said.image, said.platform];
  const others = [image.image, ...(image.digests ?? []).slice(0, MOST_DIGESTS)].flatMap((form) => parseImageId(form).digest ?? []);
  return {
    ...said,
    key: createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32),
    digest: digest ?? null,
    digests: [...new Set(others)].filter((one) => one !== digest),
    running: whole(image.running),
    seen: clampTime(image.lastSeen, now) / 1000,
    reach: REACH_CODES[image.reach] ?? REACH_CODES.UNKNOWN,
    hours: hoursOf(image, now),
  };
}

/** Not of the future, and never before the epoch. */
export function clampTime(time: number, now: number): number {
  return Number.isFinite(time) ? Math.max(0, Math.min(time, now + AHEAD_MS)) : now;
}

/** What PostgreSQL can hold as text and as JSON, and no longer than `most`. */
export function text(value: string, most: number): string {
  return value.slice(0, most).replaceAll('\0', '').toWellFormed();
}

function whole(value: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.min(Math.trunc(value), MOST_UNITS)) : 0;
}

function hoursOf(image: RunningImage, now: number): StagedImage['hours'] {
  const counts = new Map<number, number>();
  for (const { hour, count } of image.stopped.slice(0, MOST_HOURS)) {
    const start = Math.floor(clampTime(hour, now) / HOUR_MS) * HOUR_MS;
    if (start > now - DAY_MS - HOUR_MS) counts.set(start, Math.max(counts.get(start) ?? 0, whole(count)));
  }
  return [...counts].filter(([, stopped]) => stopped > 0).map(([hour, stopped]) => ({ hour: hour / 1000, stopped }));
}
