import { EXPOSURE_CODES } from '@assay/core/score.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import { TAG_SPACE } from '../findings/list/fields.ts';
import type { Params } from '../findings/list/sql.ts';
import type { DueRule, OwnerRule } from './policy.ts';

/** SQL over the aliases f (finding), r (resource) and i (issue): null where nothing is due. */
export interface DueSql {
  readonly dueAt: string;
  readonly rule: string;
  readonly owner: string;
}

export function compilePolicy(rules: readonly DueRule[], owners: readonly OwnerRule[], params: Params): DueSql {
  const fits = rules.map((rule) => conditionOf(rule, params));
  const choose = (answers: readonly string[], otherwise: string): string =>
    answers.length === 0 ? otherwise : `case ${answers.join(' ')} else ${otherwise} end`;
  return {
    dueAt: choose(
      rules.map((rule, n) => `when ${fits[n]} then ${dateOf(rule, params)}`),
      'null::timestamptz',
    ),
    rule: choose(
      rules.map((rule, n) => `when ${fits[n]} then ${params.add(rule.name)}::text`),
      'null::text',
    ),
    owner: choose(
      owners.map((rule) => ownerCase(rule, params)),
      "''",
    ),
  };
}

function conditionOf(rule: DueRule, params: Params): string {
  const { severities, exploited, inUse, exposures, tagKey, tagValue, days } = rule;
  const parts = ['true'];
  if (severities !== undefined) parts.push(`f.severity = any(${params.add(severities.map((name) => SEVERITY_CODES[name]))}::smallint[])`);
  if (exploited !== undefined) parts.push(`(i.kev is not null) = ${params.add(exploited)}::boolean`);
  if (inUse !== undefined) parts.push(`(r.in_use_count > 0) = ${params.add(inUse)}::boolean`);
  if (exposures !== undefined) parts.push(`r.exposure = any(${params.add(exposures.map((name) => EXPOSURE_CODES[name]))}::smallint[])`);
  if (tagKey !== undefined) parts.push(`exists (${tagQuery({ tagKey, ...(tagValue === undefined ? {} : { tagValue }) }, params)})`);
  if (days === undefined) parts.push(`i.doc->'kev'->>'dateDue' ~ '^\\d{4}-\\d{2}-\\d{2}$'`);
  return `(${parts.join(' and ')})`;
}

/** CISA's day counts to its end, in UTC. */
function dateOf({ days }: DueRule, params: Params): string {
  if (days === undefined) return `((i.doc->'kev'->>'dateDue')::date + 1)::timestamp at time zone 'utc'`;
  return `f.first_at + make_interval(days => ${params.add(days)}::int)`;
}

function ownerCase(rule: OwnerRule, params: Params): string {
  const { owner, repository, tagKey, tagValue } = rule;
  const parts = ['true'];
  if (repository !== undefined) parts.push(`r.repository like ${params.add(likeOf(repository))}::text`);
  const tag = tagKey === undefined ? undefined : tagQuery({ tagKey, ...(tagValue === undefined ? {} : { tagValue }) }, params);
  if (tag !== undefined) parts.push(`exists (${tag})`);
  const answer = owner === undefined ? `(${tag} order by t.value limit 1)` : `${params.add(owner)}::text`;
  return `when ${parts.join(' and ')} then ${answer}`;
}

function tagQuery({ tagKey, tagValue }: { readonly tagKey: string; readonly tagValue?: string }, params: Params): string {
  const value = tagValue === undefined ? '' : ` and t.value = ${params.add(tagValue)}::text`;
  return `select t.value from resource_tag t where t.account = r.account and t.resource = r.id and t.space = ${TAG_SPACE.resource}
    and t.key = ${params.add(tagKey)}::text${value}`;
}

/** `team/*` → `team/%`, everything else by the letter. */
function likeOf(pattern: string): string {
  return pattern.replace(/[\\%_]/g, (letter) => `\\${letter}`).replace(/\*+/g, '%');
}
