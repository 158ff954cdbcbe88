import { machineKey } from './machine.ts';
import type { LookedBy } from './scan-request.ts';

/** Places of this machine that the service looks at by itself. */
export const LOOKS = ['sample', 'host', 'checkout'] as const;
export type Look = (typeof LOOKS)[number];
export const LOOK = 'look';
export const LOOK_LANE = 'look';
/** Of a scan that a person waits for. */
export const LOOK_PRIORITY = 5;

/** The lane of what only this machine can look at. */
export function ownLane(): string {
  return `${LOOK_LANE}:${machineKey()}`;
}

/** A host and a folder are different ones on every machine; the sample is the same everywhere. */
export function lookedBy(place: Look): LookedBy {
  return place === 'sample' ? { key: place, lane: LOOK_LANE } : { key: `${place}:${machineKey()}`, lane: ownLane() };
}

/** The place that a key is of. */
export function placeOf(key: string): Look {
  return key.split(':', 1)[0] as Look;
}
