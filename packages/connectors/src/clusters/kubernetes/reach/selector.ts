import { fields, items, labelsOf, text } from '../../values.ts';

export type Labels = Readonly<Record<string, string>>;

/** A label selector as policies have it; matches all that fulfils every term. */
export interface Selector {
  readonly equal: Labels;
  readonly terms: readonly { readonly key: string; readonly operator: string; readonly values: readonly string[] }[];
}

export function readSelector(value: unknown): Selector {
  const { matchLabels, matchExpressions } = fields(value);
  const terms = items(matchExpressions).map((one) => {
    const { key, operator, values } = fields(one);
    return { key: text(key), operator: text(operator), values: items(values).map((value) => text(value)) };
  });
  return { equal: labelsOf(matchLabels), terms };
}

export function selects(selector: Selector, labels: Labels): boolean {
  return hasAll(selector.equal, labels) && selector.terms.every((term) => fulfils(term, labels));
}

export function hasAll(wanted: Labels, labels: Labels): boolean {
  for (const [key, value] of Object.entries(wanted)) if (!Object.hasOwn(labels, key) || labels[key] !== value) return false;
  return true;
}

function fulfils({ key, operator, values }: Selector['terms'][number], labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  if (operator === 'Exists') return value !== undefined;
  return operator === 'DoesNotExist' && value === undefined;
}
