import { hash } from 'node:crypto';
import type { AdvisoryRecord, AdvisoryStatus, OsvEvent, OsvRange, OsvSeverity, SeverityWord } from '@assay/core/advisory.ts';

/** A record as stored: one letter a field, fields in this order, so that equal records are equal bytes. */
interface StoredRecord {
  readonly a: string;
  readonly f: string;
  readonly v: readonly string[];
  readonly l?: readonly string[];
  readonly s: AdvisoryStatus;
  readonly r?: readonly (readonly [string, readonly OsvEvent[]])[];
  readonly w?: readonly string[];
  readonly p?: SeverityWord;
  readonly c?: readonly OsvSeverity[];
  readonly h?: readonly string[];
  readonly m?: string;
  readonly t?: string;
  readonly x?: 1;
}

/** `namespace NUL name`: sorts all of a namespace together. */
export function packageKey(namespace: string, name: string): Buffer {
  return Buffer.from(`${namespace}\0${name}`, 'utf8');
}

export function splitKey(key: Buffer): readonly [string, string] {
  const at = key.indexOf(0);
  return at < 0 ? [key.toString('utf8'), ''] : [key.toString('utf8', 0, at), key.toString('utf8', at + 1)];
}

/** A NUL would forge a key; such names exist in no ecosystem. */
export function isStorableKey(namespace: string, name: string): boolean {
  return name !== '' && namespace !== '' && name.length <= 1024 && !namespace.includes('\0') && !name.includes('\0');
}

export function encodeRecord(record: AdvisoryRecord): string {
  const stored: StoredRecord = {
    a: record.advisory,
    f: record.feed,
    v: record.vulnerabilities,
    ...(record.aliases.length > 0 ? { l: record.aliases } : {}),
    s: record.status,
    ...(record.ranges === undefined ? {} : { r: record.ranges.map((range) => [range.type, range.events.map(orderedEvent)] as const) }),
    ...(record.versions === undefined ? {} : { w: record.versions }),
    ...(record.severity === undefined ? {} : { p: record.severity }),
    ...(record.cvss === undefined ? {} : { c: record.cvss.map(orderedSeverity) }),
    ...(record.arch === undefined ? {} : { h: record.arch }),
    ...(record.module === undefined ? {} : { m: record.module }),
    ...(record.stream === undefined ? {} : { t: record.stream }),
    ...(record.malicious ? { x: 1 as const } : {}),
  };
  return JSON.stringify(stored);
}

/** Filled member by member: a look-up decodes thousands, and spreading optional members makes a dozen objects for each. */
export function decodeRecord(stored: unknown, namespace: string, name: string): AdvisoryRecord {
  const s = stored as StoredRecord;
  const record: { -readonly [Member in keyof AdvisoryRecord]: AdvisoryRecord[Member] } = {
    namespace,
    name,
    advisory: s.a,
    feed: s.f,
    vulnerabilities: s.v,
    aliases: s.l ?? NONE,
    status: s.s,
  };
  if (s.r !== undefined) record.ranges = s.r.map(([type, events]) => ({ type: type as OsvRange['type'], events }));
  if (s.w !== undefined) record.versions = s.w;
  if (s.p !== undefined) record.severity = s.p;
  if (s.c !== undefined) record.cvss = s.c;
  if (s.h !== undefined) record.arch = s.h;
  if (s.m !== undefined) record.module = s.m;
  if (s.t !== undefined) record.stream = s.t;
  if (s.x === 1) record.malicious = true;
  return record;
}

const NONE: readonly string[] = [];

/** Eight bytes that stand for the content of a key. `salt` makes a change of rules a change of content. */
export function contentDigest(salt: string, value: Buffer): Buffer {
  const whole = hash('sha256', Buffer.concat([Buffer.from(`${salt}\0`), value]), 'buffer');
  return Buffer.from(whole.subarray(0, 8));
}

/** JSON with sorted member names: equal values are equal bytes, whatever order a feed wrote them in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const out: Record<string, unknown> = Object.create(null);
    for (const name of Object.keys(inner).sort()) out[name] = (inner as Record<string, unknown>)[name];
    return out;
  });
}

function orderedEvent(event: OsvEvent): OsvEvent {
  if (event.introduced !== undefined) return { introduced: event.introduced, ...withoutIntroduced(event) };
  return withoutIntroduced(event);
}

function withoutIntroduced({ fixed, last_affected, limit }: OsvEvent): OsvEvent {
  return {
    ...(fixed === undefined ? {} : { fixed }),
    ...(last_affected === undefined ? {} : { last_affected }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function orderedSeverity({ type, score, source }: OsvSeverity): OsvSeverity {
  return source === undefined ? { type, score } : { type, score, source };
}
