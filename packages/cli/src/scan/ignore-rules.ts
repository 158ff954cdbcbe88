import { AssayError } from '@assay/core/errors.ts';
import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import { isObject } from '@assay/core/json.ts';
import { parseTime } from '../parse-time.ts';

export interface IgnoreRule {
  readonly filterCriteria: FindingCriteria;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** What a scan knows of a finding; a criterion on anything else would never, or always, hold. */
const STRING_CRITERIA = ['findingType', 'vulnerabilityId', 'relatedVulnerabilities', 'severity', 'fixAvailable'];
const PACKAGE_STRINGS = ['name', 'version', 'release', 'filePath', 'sourceLayerHash'];
const COMPARISONS = ['EQUALS', 'PREFIX', 'NOT_EQUALS'];
const MAX_RULES = 1000;

/** Reads `{"rules": [{reason?, expiresAt?, filterCriteria}]}`. AssayError `ignore-file` names the first member that is wrong. */
export function readIgnoreRules(text: string, file: string): readonly IgnoreRule[] {
  const check = (holds: boolean, at: string, message: string): void => {
    if (!holds) throw new AssayError('ignore-file', `${file} cannot be used: ${at} ${message}.`);
  };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new AssayError('ignore-file', `${file} is no JSON; see docs/ignoring.md for its form.`, { cause });
  }
  const members = membersOf(document, { at: 'the document', known: ['rules'], check });
  const rules = members['rules'];
  check(Array.isArray(rules) && rules.length <= MAX_RULES, 'rules', `must be a list of at most ${MAX_RULES}`);
  return (rules as unknown[]).map((rule, n) => ruleOf(rule, `rules[${n}]`, check));
}

type Check = (holds: boolean, at: string, message: string) => void;

function ruleOf(value: unknown, at: string, check: Check): IgnoreRule {
  const rule = membersOf(value, { at, known: ['reason', 'expiresAt', 'filterCriteria'], check });
  const { reason, expiresAt } = rule;
  check(reason === undefined || typeof reason === 'string', `${at}.reason`, 'must be a text');
  const known = [...STRING_CRITERIA, 'epssScore', 'vulnerablePackages'];
  const criteria = membersOf(rule['filterCriteria'], { at: `${at}.filterCriteria`, known, check });
  // A rule without criteria would hide everything, which nobody means.
  check(Object.keys(criteria).length > 0, `${at}.filterCriteria`, 'must have at least one criterion');
  for (const [field, filters] of Object.entries(criteria)) {
    const place = `${at}.filterCriteria.${field}`;
    check(Array.isArray(filters) && filters.length > 0, place, 'must be a list with at least one filter');
    for (const [n, filter] of (filters as unknown[]).entries()) checkFilter(field, filter, { at: `${place}[${n}]`, check });
  }
  const filterCriteria = criteria as FindingCriteria;
  if (expiresAt === undefined) return { filterCriteria };
  const until = typeof expiresAt === 'string' ? parseTime(expiresAt) : undefined;
  check(until !== undefined, `${at}.expiresAt`, 'must be a date such as 2027-01-31, or a date and time');
  return { filterCriteria, expiresAt: until ?? 0 };
}

interface Place {
  readonly at: string;
  readonly check: Check;
}

function checkFilter(field: string, filter: unknown, { at, check }: Place): void {
  if (field === 'epssScore') checkRange(filter, { at, check });
  else if (field === 'vulnerablePackages') {
    const parts = membersOf(filter, { at, known: [...PACKAGE_STRINGS, 'epoch'], check });
    check(Object.keys(parts).length > 0, at, 'must name something of the package');
    for (const [name, part] of Object.entries(parts))
      if (name === 'epoch') checkRange(part, { at: `${at}.epoch`, check });
      else checkString(part, { at: `${at}.${name}`, check });
  } else checkString(filter, { at, check });
}

function checkString(value: unknown, { at, check }: Place): void {
  const { comparison, value: wanted } = membersOf(value, { at, known: ['comparison', 'value'], check });
  check(COMPARISONS.includes(comparison as string), `${at}.comparison`, `must be one of ${COMPARISONS.join(', ')}`);
  check(typeof wanted === 'string' && wanted !== '', `${at}.value`, 'must be a text');
}

function checkRange(value: unknown, { at, check }: Place): void {
  const bounds = membersOf(value, { at, known: ['lowerInclusive', 'upperInclusive'], check });
  const numbers = Object.values(bounds);
  check(numbers.length > 0 && numbers.every((bound) => typeof bound === 'number'), at, 'must have numbers as bounds');
}

function membersOf(value: unknown, { at, known, check }: Place & { readonly known: readonly string[] }): Record<string, unknown> {
  check(isObject(value), at, 'must be an object');
  const members = value as Record<string, unknown>;
  for (const name of Object.keys(members))
    check(known.includes(name), `${at}.${name}`, `is not known to a scan; there are ${known.join(', ')}`);
  return members;
}
