import { FIX_AVAILABLE, type FixAvailable } from '@assay/core/finding.ts';
import { SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import { TAG_SPACE } from '../findings/list/fields.ts';
import type { Params } from '../findings/list/sql.ts';
import { SERVICE_EVENT } from './service-events.ts';

/** What a sink wants to hear of; an absent member wants all. Stored in `sink.filter`. */
export interface SinkFilter {
  /** Names of EVENT_KIND and SERVICE_EVENT. */
  readonly kinds?: readonly string[];
  readonly severities?: readonly Severity[];
  readonly fixAvailable?: readonly FixAvailable[];
  /** True: only findings on resources that run somewhere. */
  readonly inUse?: boolean;
  /** Beginnings of repository names. */
  readonly repositories?: readonly string[];
  /** Resource tags, any of them. */
  readonly tags?: readonly { readonly key: string; readonly value?: string }[];
}

/** Over `f` (finding) and `r` (resource): what is wanted whatever happened to it. */
export function findingPredicate(filter: SinkFilter, p: Params): string {
  const parts: string[] = [];
  if (filter.severities !== undefined)
    parts.push(`f.severity = any (${p.add(filter.severities.map((name) => SEVERITY_CODES[name]))}::int[])`);
  if (filter.fixAvailable !== undefined)
    parts.push(`f.fix = any (${p.add(filter.fixAvailable.map((name) => FIX_AVAILABLE[name]))}::int[])`);
  if (filter.inUse === true) parts.push('r.in_use_count > 0');
  if (filter.repositories !== undefined) {
    parts.push(`exists (select from unnest(${p.add(filter.repositories)}::text[]) as start where starts_with(r.repository, start))`);
  }
  if (filter.tags !== undefined) {
    const one = (tag: { key: string; value?: string }): string =>
      `t.key = ${p.add(tag.key)}${tag.value === undefined ? '' : ` and t.value = ${p.add(tag.value)}`}`;
    parts.push(`exists (select from resource_tag t where t.account = r.account and t.resource = r.id and t.space = ${TAG_SPACE.resource}
      and (${filter.tags.map((tag) => `(${one(tag)})`).join(' or ')}))`);
  }
  return parts.length === 0 ? 'true' : parts.join(' and ');
}

/** Over an event `e` that is no finding's. A due date is as severe as its finding, what started to run as its worst one; the rest has no severity. */
export function servicePredicate(filter: SinkFilter, p: Params): string {
  const kinds = kindPredicate(filter, SERVICE_EVENT, p);
  if (filter.severities === undefined) return kinds;
  return `${kinds} and (e.kind not in (${SERVICE_EVENT.DUE_DATE}, ${SERVICE_EVENT.RUNNING}) or e.body->>'severity' = any (${p.add(filter.severities)}::text[]))`;
}

/** Over `e.kind`. */
export function kindPredicate(filter: SinkFilter, codes: Readonly<Record<string, number>>, p: Params): string {
  if (filter.kinds === undefined) return 'true';
  return `e.kind = any (${p.add(filter.kinds.flatMap((name) => codes[name] ?? []))}::int[])`;
}
