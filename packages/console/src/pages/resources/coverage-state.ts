import type { CoverageFilterCriteria } from '../../api/types.ts';
import type { MessageKey } from '../../i18n/en.ts';
import { reasonsEn } from '../../i18n/reasons.en.ts';
import { RESOURCE_TYPES } from '../findings/filter-fields.ts';

export interface CoverageField {
  readonly key: keyof CoverageFilterCriteria & string;
  readonly label: MessageKey;
  readonly values?: readonly string[];
}
export const COVERAGE_FIELDS: readonly CoverageField[] = [
  { key: 'scanStatusCode', label: 'resources.status', values: ['ACTIVE', 'INACTIVE'] },
  { key: 'scanStatusReason', label: 'resources.reason', values: Object.keys(reasonsEn).map((key) => key.slice('reason.'.length)) },
  { key: 'resourceType', label: 'field.resourceType', values: [...RESOURCE_TYPES, 'AWS_ECR_REPOSITORY'] },
  { key: 'scanType', label: 'resources.scan', values: ['PACKAGE', 'NETWORK', 'CODE'] },
  { key: 'resourceId', label: 'field.resourceId' },
  { key: 'ecrRepositoryName', label: 'field.repository' },
  { key: 'ecrImageTags', label: 'field.imageTag' },
  { key: 'codeRepositoryProjectName', label: 'field.project' },
  { key: 'lambdaFunctionName', label: 'field.function' },
  { key: 'accountId', label: 'field.account' },
];

export interface CoverageCondition {
  readonly key: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}
export interface CoverageState {
  readonly conditions: readonly CoverageCondition[];
}

/** `?f=scanStatusCode.is.ACTIVE&f=…`; the API compares only whole values here. */
export function parseCoverage(search: string): CoverageState {
  const conditions = new URLSearchParams(search)
    .getAll('f')
    .slice(0, 50)
    .flatMap((text): CoverageCondition[] => {
      const first = text.indexOf('.');
      const second = text.indexOf('.', first + 1);
      const field = COVERAGE_FIELDS.find(({ key }) => key === text.slice(0, Math.max(first, 0)));
      const word = text.slice(first + 1, second);
      const value = text.slice(second + 1);
      if (field === undefined || second < 0 || value === '' || value.length > 1024 || (word !== 'is' && word !== 'not')) return [];
      if (field.values !== undefined && !field.values.includes(value)) return [];
      return [{ key: field.key, operator: word === 'is' ? '=' : '!=', value }];
    });
  return { conditions };
}

export function formatCoverage({ conditions }: CoverageState): string {
  const parameters = new URLSearchParams();
  for (const { key, operator, value } of conditions) parameters.append('f', `${key}.${operator === '=' ? 'is' : 'not'}.${value}`);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

export function coverageCriteria({ conditions }: CoverageState): CoverageFilterCriteria {
  const criteria: Record<string, { comparison: 'EQUALS' | 'NOT_EQUALS'; value: string }[]> = {};
  for (const { key, operator, value } of conditions) {
    criteria[key] = [...(criteria[key] ?? []), { comparison: operator === '=' ? 'EQUALS' : 'NOT_EQUALS', value }];
  }
  return criteria as CoverageFilterCriteria;
}
