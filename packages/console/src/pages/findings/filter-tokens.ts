import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { filterField } from './filter-fields.ts';
import type { Condition, Operator } from './findings-state.ts';

const OPERATORS: readonly string[] = ['=', '!=', '^', '>=', '<='];

export function tokensOf(conditions: readonly Condition[]): PropertyFilterProps.Token[] {
  return conditions.map(({ key, operator, values }) => ({
    propertyKey: key,
    operator,
    value: filterField(key)?.kind === 'choice' ? [...values] : (values[0] ?? ''),
  }));
}

/** Free text becomes a condition on the vulnerability id where it looks like one, else on the package name. */
export function conditionsOf(tokens: readonly PropertyFilterProps.Token[]): Condition[] {
  return tokens.flatMap((token) => {
    const texts: unknown[] = Array.isArray(token.value) ? token.value : [token.value];
    const values = texts.filter((value): value is string => typeof value === 'string').map((value) => value.trim());
    const kept = values.filter((value) => value !== '' && value.length <= 1024);
    if (kept.length === 0) return [];
    const operator = (OPERATORS.includes(token.operator) ? token.operator : '=') as Operator;
    if (token.propertyKey !== undefined)
      return filterField(token.propertyKey) === undefined ? [] : [{ key: token.propertyKey, operator, values: kept }];
    const text = kept[0] ?? '';
    if (/^(cve|ghsa|pysec|go|rustsec|mal|dsa|dla|usn|alsa|alpine|debian|ubuntu)-/i.test(text)) {
      const upper = /^ghsa-/i.test(text) ? `GHSA-${text.slice(5).toLowerCase()}` : text.toUpperCase();
      return [{ key: 'vulnerabilityId', operator: '^' as const, values: [upper] }];
    }
    return [{ key: 'packageName', operator: '^' as const, values: [text] }];
  });
}
