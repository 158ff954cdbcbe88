import { ungroupable } from './criteria.ts';
import { filterField, STATUSES } from './filter-fields.ts';
import { isSortField, type SortKey } from './sort-fields.ts';

/** One condition: operators as the filter box shows them; `choice` fields hold several values. */
export interface Condition {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}
export type Operator = '=' | '!=' | '^' | '>=' | '<=';
export type StatusChoice = (typeof STATUSES)[number] | 'ALL';
export type View = 'grouped' | 'list';

/** Everything of the findings page that a link carries. */
export interface FindingsState {
  readonly view: View;
  readonly status: StatusChoice;
  readonly conditions: readonly Condition[];
  readonly sort: SortKey;
  readonly descending: boolean;
  /** ARN of the finding in the panel, or the title of the group in it. */
  readonly finding: string | null;
  readonly group: string | null;
}

const WORDS: ReadonlyMap<Operator, string> = new Map([
  ['=', 'is'],
  ['!=', 'not'],
  ['^', 'starts'],
  ['>=', 'from'],
  ['<=', 'to'],
]);
const OPERATORS: ReadonlyMap<string, Operator> = new Map([...WORDS].map(([operator, word]) => [word, operator]));
const MAX_CONDITIONS = 50;
const MAX_TEXT = 1024;

export const DEFAULT_STATE: FindingsState = {
  view: 'grouped',
  status: 'ACTIVE',
  conditions: [],
  sort: 'SEVERITY',
  descending: true,
  finding: null,
  group: null,
};

/** Reads `?view=list&f=severity.is.HIGH,CRITICAL&sort=-EPSS_SCORE`; what is not understood is ignored. */
export function parseState(search: string): FindingsState {
  const parameters = new URLSearchParams(search);
  const sort = parameters.get('sort') ?? '';
  const field = sort.startsWith('-') ? sort.slice(1) : sort;
  const status = parameters.get('status') ?? '';
  const conditions = parameters.getAll('f').slice(0, MAX_CONDITIONS).flatMap(parseCondition);
  const view: View = parameters.get('view') === 'list' || ungroupable({ conditions }).length > 0 ? 'list' : 'grouped';
  return {
    view,
    status: status === 'ALL' || (STATUSES as readonly string[]).includes(status) ? (status as StatusChoice) : 'ACTIVE',
    conditions,
    sort: isSortField(field) ? field : DEFAULT_STATE.sort,
    descending: isSortField(field) ? sort.startsWith('-') : true,
    finding: bounded(parameters.get('finding')),
    group: bounded(parameters.get('group')),
  };
}

/** The search part of the address, empty for the default state. */
export function formatState(state: FindingsState): string {
  const parameters = new URLSearchParams();
  if (state.view === 'list') parameters.set('view', 'list');
  if (state.status !== 'ACTIVE') parameters.set('status', state.status);
  for (const { key, operator, values } of state.conditions) {
    parameters.append('f', `${key}.${WORDS.get(operator)}.${values.map(escapeValue).join(',')}`);
  }
  if (state.sort !== DEFAULT_STATE.sort || !state.descending) parameters.set('sort', `${state.descending ? '-' : ''}${state.sort}`);
  if (state.finding !== null) parameters.set('finding', state.finding);
  if (state.group !== null) parameters.set('group', state.group);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function parseCondition(text: string): Condition[] {
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  if (first < 0 || second < 0) return [];
  const key = text.slice(0, first);
  const operator = OPERATORS.get(text.slice(first + 1, second));
  const field = filterField(key);
  if (field === undefined || operator === undefined) return [];
  const values = splitValues(text.slice(second + 1)).filter((value) => value !== '' && value.length <= MAX_TEXT);
  const allowed = field.values === undefined ? values.slice(0, 10) : values.filter((value) => field.values?.includes(value));
  return allowed.length === 0 ? [] : [{ key, operator, values: allowed }];
}

/** A comma or backslash inside a value is written with a backslash before it. */
function escapeValue(value: string): string {
  return value.replace(/[\\,]/g, (character) => `\\${character}`);
}
function splitValues(text: string): string[] {
  const values: string[] = [];
  let value = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\' && i + 1 < text.length) value += text.charAt(++i);
    else if (character === ',') {
      values.push(value);
      value = '';
    } else value += character;
  }
  values.push(value);
  return values;
}
function bounded(text: string | null): string | null {
  return text === null || text === '' || text.length > MAX_TEXT ? null : text;
}
