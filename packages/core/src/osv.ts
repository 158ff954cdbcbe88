import type { OsvEvent, OsvRange } from './advisory.ts';
import type { VersionSchemeId } from './package-type.ts';
import { withoutLocal } from './versions/pep440.ts';
import { compareVersions, isVersion } from './versions.ts';

export interface AffectedRanges {
  readonly ranges?: readonly OsvRange[];
  readonly versions?: readonly string[];
}
export type EvaluationRule = 'version-in-range' | 'version-listed' | 'all-versions' | 'outside' | 'no-statement';
export interface Evaluation {
  readonly affected: boolean;
  /** The fix that ends the affected interval the version lies in; null when the advisory names none. */
  readonly fixedIn: string | null;
  /** The interval or list that holds the version, in words: `>= 1.0, < 1.4`; empty when not affected ({@link wordsOfRanges} gives all). */
  readonly range: string;
  readonly rule: EvaluationRule;
}
/** The version, of the package or of the advisory, that the scheme cannot read. */
export interface Unparsable {
  readonly unparsable: string;
}

/**
 * The evaluation algorithm of the OSV schema: a version is affected when it is listed, or lies in any range. Commit ranges are
 * passed over. `no-statement` means that the entry says nothing about versions at all, which is neither yes nor no.
 * An event that cannot be read makes the answer unparsable only when no other range already says "affected".
 */
export function evaluateAffected(affected: AffectedRanges, version: string, scheme: VersionSchemeId): Evaluation | Unparsable {
  const ranges = (affected.ranges ?? []).filter((range) => range.type !== 'GIT');
  const versions = affected.versions ?? [];
  if (ranges.length === 0 && versions.length === 0) return { affected: false, fixedIn: null, range: '', rule: 'no-statement' };
  const listed = versions.length > 0 && isListed(versions, version, scheme);
  if (ranges.length === 0 && !listed) return OUTSIDE;
  if (ranges.length > 0 && !isVersion(scheme, version)) {
    if (ranges.some(isEverything)) return { affected: true, fixedIn: null, range: 'all versions', rule: 'all-versions' };
    return listed ? listedIn(versions, null) : { unparsable: version };
  }
  let unreadable: string | undefined;
  for (const range of ranges) {
    const sorted = sortedEvents(range.events, scheme);
    if ('unparsable' in sorted) {
      unreadable ??= sorted.unparsable;
      continue;
    }
    const hit = intervalOf(sorted.events, version, scheme);
    if (hit !== undefined) return hit;
  }
  if (listed) return listedIn(versions, nextFix(ranges, version, scheme));
  return unreadable === undefined ? OUTSIDE : { unparsable: unreadable };
}

/** Holds whatever the version is, even one that cannot be read. */
function isEverything({ events }: OsvRange): boolean {
  const list = eventsOf(events);
  return list.length > 0 && list.every((event) => event.kind === 'introduced' && event.version === '0');
}

/** All ranges in words. */
export function wordsOfRanges(ranges: readonly OsvRange[]): string {
  return clip(ranges.flatMap((range) => wordsOfEvents(range.events)).join(' or '));
}

interface Event {
  readonly kind: 'introduced' | 'fixed' | 'last_affected' | 'limit';
  readonly version: string;
}
/** At one version: an interval that ends there closes before another one opens there. */
const KIND_ORDER = { limit: 0, fixed: 1, introduced: 2, last_affected: 3 } as const;

/** "Introduced in 0, fixed in 0" is how distributions say "never affected". */
function kindOrder(event: Event): number {
  return event.version === '0' && event.kind === 'introduced' ? -1 : KIND_ORDER[event.kind];
}

function sortedEvents(events: readonly OsvEvent[], scheme: VersionSchemeId): { readonly events: readonly Event[] } | Unparsable {
  const list = eventsOf(events);
  const bad = list.find((event) => event.version !== '0' && event.version !== '*' && !isVersion(scheme, event.version));
  if (bad !== undefined) return { unparsable: bad.version };
  return { events: list.sort((a, b) => compareEnds(a.version, b.version, scheme) || kindOrder(a) - kindOrder(b)) };
}

function eventsOf(events: readonly OsvEvent[]): Event[] {
  const list: Event[] = [];
  for (const event of events) {
    if (event.introduced !== undefined) list.push({ kind: 'introduced', version: event.introduced });
    if (event.fixed !== undefined) list.push({ kind: 'fixed', version: event.fixed });
    if (event.last_affected !== undefined) list.push({ kind: 'last_affected', version: event.last_affected });
    if (event.limit !== undefined && event.limit !== '*') list.push({ kind: 'limit', version: event.limit });
  }
  return list;
}

/** "0" is below every version, also below pre-releases of 0. */
function compareEnds(a: string, b: string, scheme: VersionSchemeId): number {
  if (a === '0' || b === '0') return Number(a !== '0') - Number(b !== '0');
  return compareVersions(scheme, a, b) ?? 0;
}

/** The affected interval that holds the version, or undefined. Events are sorted. */
function intervalOf(events: readonly Event[], version: string, scheme: VersionSchemeId): Evaluation | undefined {
  let start: string | undefined;
  let from = -1;
  const limits = events.filter((event) => event.kind === 'limit');
  if (limits.length > 0 && !limits.some((limit) => compareEnds(version, limit.version, scheme) < 0)) return undefined;
  for (const [index, event] of events.entries()) {
    const order = event.version === '0' ? -1 : (compareVersions(scheme, event.version, version) as number);
    if (order > 0) break;
    if (event.kind === 'introduced' && start === undefined) {
      start = event.version;
      from = index;
    } else if (event.kind === 'fixed' || (event.kind === 'last_affected' && order < 0)) start = undefined;
  }
  if (start === undefined) return undefined;
  const end = events.slice(from + 1).find((event) => event.kind !== 'introduced' && isAtOrAfter(event, version, scheme));
  const fixedIn = end?.kind === 'fixed' ? end.version : null;
  const all = start === '0' && end === undefined;
  return { affected: true, fixedIn, range: clip(interval(start, end)), rule: all ? 'all-versions' : 'version-in-range' };
}

function isAtOrAfter(event: Event, version: string, scheme: VersionSchemeId): boolean {
  return event.version !== '0' && (compareVersions(scheme, event.version, version) as number) >= 0;
}

function isListed(versions: readonly string[], version: string, scheme: VersionSchemeId): boolean {
  if (versions.includes(version)) return true;
  // Lists hold public versions only, and spell them their own way (`1.0` for `1.0.0`).
  const own = scheme === 'pep440' ? withoutLocal(version) : version;
  return isVersion(scheme, own) && versions.some((listed) => compareVersions(scheme, listed, own) === 0);
}

/** For a version that is only listed: the lowest fix above it. */
function nextFix(ranges: readonly OsvRange[], version: string, scheme: VersionSchemeId): string | null {
  let best: string | null = null;
  for (const { version: fix, kind } of ranges.flatMap((range) => eventsOf(range.events))) {
    if (kind !== 'fixed' || (compareVersions(scheme, fix, version) ?? 0) <= 0) continue;
    if (best === null || (compareVersions(scheme, fix, best) ?? 0) < 0) best = fix;
  }
  return best;
}

function listedIn(versions: readonly string[], fixedIn: string | null): Evaluation {
  return { affected: true, fixedIn, range: wordsOfList(versions), rule: 'version-listed' };
}
const OUTSIDE: Evaluation = { affected: false, fixedIn: null, range: '', rule: 'outside' };

function wordsOfEvents(events: readonly OsvEvent[]): string[] {
  const words: string[] = [];
  let start: string | undefined;
  for (const event of eventsOf(events)) {
    if (event.kind === 'introduced') {
      if (start !== undefined) words.push(interval(start, undefined));
      start = event.version;
    } else {
      words.push(interval(start ?? '0', event));
      start = undefined;
    }
  }
  if (start !== undefined) words.push(interval(start, undefined));
  return words;
}

function interval(start: string, end: Event | undefined): string {
  const upper = end === undefined ? '' : `${end.kind === 'last_affected' ? '<=' : '<'} ${end.version}`;
  if (start === '0') return upper === '' ? 'all versions' : upper;
  return upper === '' ? `>= ${start}` : `>= ${start}, ${upper}`;
}

function wordsOfList(versions: readonly string[]): string {
  const shown = versions.slice(0, 5).join(', ');
  return clip(versions.length > 5 ? `${shown} and ${versions.length - 5} more` : shown);
}

/** Words are for people and go into every finding. */
function clip(words: string): string {
  return words.length > 300 ? `${words.slice(0, 297)}...` : words;
}
